import { freeze } from '@contrail/core'
import { describeValue, type Cell, type Column, type ComponentKind } from './component.ts'

/** A component of which only the columns are known, because an earlier process defined it: values are held to their types. */
export function storedKind(name: string, columns: readonly Column[]): ComponentKind {
  return {
    componentName: name,
    columns,
    toCells(values) {
      const given = { ...(values as Record<string, unknown>) }
      const cells: Record<string, Cell> = {}
      for (const { name: column, field, type } of columns) {
        const value = given[field] ?? null
        if (value !== null && !fits(type, value))
          throw new TypeError(`${name}.${field}: expected ${type}, got ${describeValue(value)}`)
        cells[column] = type === 'json' ? freeze(structuredClone(value)) : value
      }
      return cells
    },
  }
}

/** Tells whether two components of one name have the same columns. */
export function isSameKind(one: ComponentKind, other: ComponentKind): boolean {
  return JSON.stringify(one.columns) === JSON.stringify(other.columns)
}

function fits(type: Column['type'], value: unknown): boolean {
  if (type === 'json') return true
  if (type === 'integer') return Number.isSafeInteger(value)
  if (type === 'number') return Number.isFinite(value)
  return typeof value === (type === 'text' ? 'string' : 'boolean')
}
