/** The constants of a signature slot, for the side that writes it and the side that reads it. */

/** Room for the longest signature and hint five times over, and four whole tar blocks. */
export const signatureSlotBytes = 2048;

export const bundleMediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

export const digestAlgorithm = 'SHA2_256';

/** Slots a bundle may carry: more signers than any site asked for, and an end to what a verifier has to try. */
export const maxSignatures = 8;
