/** Numbers for people, in the units of the bundle's own limits: 10^6 bytes, MiB for memory, seconds. */
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
export const mebibytes = (bytes) => `${Math.round(bytes / 1024 / 1024)} MiB`;
export const seconds = (amount) => `${amount.toFixed(2)} s`;
