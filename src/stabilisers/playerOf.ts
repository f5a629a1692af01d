import type { Blueprint } from "../game/blueprint.ts";
import type { PlayerPlan } from "../game/player.ts";

/** A player of a blueprint by its name. @throws RangeError where there is none */
export function playerOf({ players }: Blueprint, name: string): PlayerPlan {
  const player = players[name];
  if (player === undefined) throw new RangeError(`no player is named "${name}"; there are ${Object.keys(players).join(", ")}`);
  return player;
}
