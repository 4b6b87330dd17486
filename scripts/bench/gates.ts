/**
 * Bounds that nothing but a regression breaks: counts of a recording of the script relative to those of the
 * Stagehand-style recorder that ran beside it. They hold for every length of the script. What is to be reached is in
 * the figures' targets.
 */
export const gates = {
  /** Bytes as recorded, though a picture that is encoded fast is larger than one that takes its time. */
  recordedBytes: 1,
  /** Bytes after `contrail compact`. */
  compactedBytes: 0.5,
  /** Files as recorded. */
  files: 1,
} as const
