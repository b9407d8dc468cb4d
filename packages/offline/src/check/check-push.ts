/** Whether we may push: an upload is opened and cancelled, so nothing stays. */
import { ok, unknown } from './check-line.js';
import { isReached, type Check } from './place.js';

export const checkPush: Check = async (place, options) => {
  if (!isReached(place)) return unknown('not asked: no registry answered');
  const { isCancelled } = await place.tryUpload(options);
  return isCancelled
    ? ok('an upload was opened and cancelled')
    : ok(
        'an upload was opened; it holds no bytes, but we may not cancel it, so the registry will remove it by itself',
      );
};
