import type { ImageReference, Step } from '@contrail/core'

const aimLimit = 120
/** Arguments that say most of what an action was for, in the order they are asked for. */
const tellingKeys = ['text', 'value', 'url', 'query', 'key', 'keys', 'selector', 'option', 'command', 'path']
/** Arguments that other parts of a step say already. */
const silentKeys = new Set(['type', 'action', 'reasoning'])

/** The facts that are known of the aim of an action. */
type Aimed = Pick<Step<ImageReference>, 'actionArgs'> & {
  readonly target?: Step['target'] | undefined
  readonly sensitive?: boolean | undefined
}

/** Tell in a few words what an action was aimed at; empty where nothing is known. */
export function describeAim(step: Aimed): string {
  return aimOf(step).slice(0, aimLimit)
}

function aimOf(step: Aimed): string {
  const { target, actionArgs: args, sensitive } = step
  if (target?.name) return [target.role, JSON.stringify(target.name.slice(0, 80))].filter(Boolean).join(' ')
  if (target?.selector) return target.selector
  if (sensitive) return '(sensitive)'
  for (const key of tellingKeys) {
    const value = args[key]
    if (typeof value === 'string' && value !== '') return value
    if (Array.isArray(value) && value.length > 0) return value.slice(0, 4).map(shortValue).join(' ')
  }
  const point = pointOf(step)
  if (point) return `${Math.round(point.x)}, ${Math.round(point.y)}`
  const entries = Object.entries(args).filter(([key]) => !silentKeys.has(key))
  if (entries.length === 0) return target?.role ?? ''
  return entries
    .slice(0, 3)
    .map(([key, value]) => `${key} ${shortValue(value)}`)
    .join(', ')
}

/** JSON of large data would cost more than the few words that are shown of it. */
function shortValue(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, aimLimit)
  if (Array.isArray(value)) return `[${value.length}]`
  return typeof value === 'object' && value !== null ? '{…}' : String(value)
}

/**
 * The place of an action in CSS pixels of the viewport: what the target says, else numbers `x`, `y` or `coordinate` among
 * the arguments.
 */
export function pointOf({ target, actionArgs }: Aimed): { x: number; y: number } | undefined {
  const { coordinate, x, y } = actionArgs
  const [first, second] = Array.isArray(coordinate) ? (coordinate as unknown[]) : [x, y]
  return toPoint(target?.point?.x, target?.point?.y) ?? toPoint(x, y) ?? toPoint(first, second)
}

function toPoint(x: unknown, y: unknown): { x: number; y: number } | undefined {
  const areNumbers = typeof x === 'number' && typeof y === 'number' && Number.isFinite(x) && Number.isFinite(y)
  return areNumbers ? { x, y } : undefined
}

/** The box of an action's target in CSS pixels of the viewport. */
export function boxOf({
  target,
}: Step<ImageReference>): { x: number; y: number; width: number; height: number } | undefined {
  if (!target?.box) return undefined
  const { x, y, width, height } = target.box
  return [x, y, width, height].every(Number.isFinite) && width >= 0 && height >= 0 ? { x, y, width, height } : undefined
}
