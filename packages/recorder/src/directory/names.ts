import { framesLogName } from '../frames/log.ts'
import { lockName, preparedLockPrefix } from './lock.ts'
import { journalName } from '../journal/scan.ts'
import { fileNames } from '../finish/trajectory-file.ts'

const names = new Set<string>([
  ...Object.values(fileNames),
  journalName,
  'screenshots',
  'attachments',
  'labels',
  framesLogName,
])

/** Whether Contrail puts something of this name into the directory of a recording, for good or while it works on it. */
export function isOwnName(name: string): boolean {
  const whole = name.endsWith('.tmp') ? name.slice(0, -'.tmp'.length) : name
  return names.has(whole) || isLockName(name)
}

/** Whether it is a lock, one that was being taken, or one that was being taken over. */
export function isLockName(name: string): boolean {
  return name === lockName || name.startsWith(preparedLockPrefix) || name.startsWith(`${lockName}.stale-`)
}
