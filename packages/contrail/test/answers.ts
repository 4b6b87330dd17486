import type { EvidenceEvent } from '@contrail/core'
import { plain } from '../src/terminal/command-result.ts'
import { picture } from './recordings.ts'

/** Surroundings in which a command is called in tests: from a folder, without colours, by its installed name. */
export function surroundings(cwd: string, env: Record<string, string> = {}) {
  return { env: { CONTRAIL_COMMAND: 'contrail', CONTRAIL_ROOT: cwd, ...env }, cwd, paint: plain, columns: undefined }
}

/** A step as an agent tells it, with the look after it. */
export function act(
  actionName: string,
  more: {
    name?: string
    args?: Record<string, unknown>
    error?: string
    reasoning?: string
    result?: unknown
    tree?: string
    url?: string
    turnId?: string
    frame?: number
  } = {},
): EvidenceEvent[] {
  const {
    name,
    args = {},
    error,
    reasoning = '',
    result,
    tree = '- main',
    url = 'http://shop.test/cart',
    turnId,
    frame = 1,
  } = more
  return [
    {
      type: 'step_finished',
      actionName,
      actionArgs: args,
      reasoning,
      toolOutput: {
        ok: error === undefined,
        ...(result === undefined ? {} : { result }),
        ...(error === undefined ? {} : { error }),
      },
      ...(name === undefined ? {} : { target: { role: 'button', name } }),
      ...(turnId === undefined ? {} : { turnId }),
    },
    { type: 'screenshot', screenshot: picture(frame), url },
    { type: 'step_observed', url, ariaTree: tree, title: 'Cart' },
  ]
}
