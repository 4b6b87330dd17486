import type { CaptureOptions } from 'contrail'

/** How a capture looks at the page between two steps. */
export function probing(_mode: 'overlap' | 'await'): CaptureOptions {
  return {}
}
