/**
 * Decide whether a trajectory is written to the disk or kept in memory only.
 *
 * The option wins; then `VERIFIER_PERSIST_TRAJECTORIES` (`1` or `true`, `0` or `false`, in any case; another value is
 * as if it were not set); else the answer is yes, except on a build server. There `CI` is set to something, and any
 * text that is not empty counts: `CI=false` and `CI=0` are a build server too, as they are for Stagehand.
 */
export function shouldPersistTrajectory(settings: {
  persist?: boolean | undefined
  env: Readonly<Record<string, string | undefined>>
}): boolean {
  if (settings.persist !== undefined) return settings.persist
  const wish = settings.env.VERIFIER_PERSIST_TRAJECTORIES?.toLowerCase()
  if (wish === '1' || wish === 'true') return true
  if (wish === '0' || wish === 'false') return false
  return !settings.env.CI
}
