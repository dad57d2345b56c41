import { startTestSightline, type TestSightline } from '../../support/sightline.ts';
import type { User } from '../../support/user.ts';
import { createWorld, type World } from '../tenancy/world.ts';
import { createToken } from './client.ts';

/** Two sets of everything in one organisation, and tokens that are limited to one of them. */
export interface NarrowedWorld {
  sightline: TestSightline;
  /** What the tokens see. */
  own: World;
  /** What they must not see. Made later, so that its events are the later ones. */
  foreign: World;
  /** Limited to the task, to the place, and to both; each with the scope WRITE. */
  byTask: User;
  byPlace: User;
  byBoth: User;
  close(): Promise<void>;
}

export const ownPlace = 'place-own';
export const foreignPlace = 'place-foreign';

export async function startNarrowedWorld(): Promise<NarrowedWorld> {
  const sightline = await startTestSightline();
  const own = await createWorld(sightline, { placeId: ownPlace });
  const foreign = await createWorld(sightline, { placeId: foreignPlace, beside: own });
  const limited = async (input: Record<string, unknown>) =>
    (await createToken(own.user, { scopes: ['WRITE'], ...input })).user;
  const taskIds = [own.ids.task];
  const placeIds = [ownPlace];
  const users = {
    byTask: await limited({ taskIds }),
    byPlace: await limited({ placeIds }),
    byBoth: await limited({ taskIds, placeIds }),
  };
  return {
    sightline,
    own,
    foreign,
    ...users,
    async close() {
      for (const user of [own.user, ...Object.values(users)]) await user.close();
      await sightline.close();
    },
  };
}

/** What no answer to a limited token may contain. @param user who asks */
export function foreignMarks({ foreign, byPlace }: NarrowedWorld, user: User): string[] {
  const { organization, apiKey, sessionToken, task, catalogItem, referenceImage, ...ids } = foreign.ids;
  // Whoever is limited to places alone sees all tasks and what they look for.
  const ofTask = user === byPlace ? [] : [task, catalogItem, referenceImage];
  return [...Object.values(ids), ...ofTask, foreignPlace];
}
