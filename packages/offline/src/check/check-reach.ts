/** Whether a registry answers there, and whether it takes our login. */
import { ok, unknown, warn } from './check-line.js';
import { isReached, refused, type Check } from './place.js';

export const checkReach: Check = async (place) =>
  isReached(place) ? ok('a registry answers') : refused(place, place.refusal);

export const checkLogin: Check = async (place) => {
  if (!isReached(place)) return unknown('not asked: no registry answered');
  const { refusal, registry, door, exchanges } = place;
  const notes = exchanges.askedAt(door);
  const isAsked = notes.some(({ challenge }) => challenge !== undefined);
  const isShown = notes.some(({ shown }) => shown === 'basic');
  const isBasic = notes.some(({ challenge }) => challenge?.scheme === 'basic');
  if (!isAsked) return ok('the registry asks for none');
  if (isShown && refusal === undefined) return ok('user name and password or token are taken');
  if (isShown || (isBasic && refusal !== undefined)) return refused(place, refusal);
  return warn(
    'nobody is logged in here, so only what is public can be read',
    `log in to ${registry} if this is not meant`,
  );
};
