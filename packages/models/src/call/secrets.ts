import { createRedactor, isRedactable, type Model, type Redactor } from '@contrail/core'

const secrets = new WeakMap<Model, readonly string[]>()

/** Remember beside a model what nobody may read of it, such as its key. What wraps it asks by {@link secretsOf}. */
export function keepSecrets<Kept extends Model>(model: Kept, values: readonly string[]): Kept {
  secrets.set(model, values)
  return model
}

/** Tells whether a model was made here: it is guarded, and says its secrets. */
export function isOurs(model: Model): boolean {
  return secrets.has(model)
}

/** The secrets of a model, and of those that it wraps. */
export function secretsOf(model: Model | undefined): readonly string[] {
  return (model && secrets.get(model)) ?? []
}

/** A redactor of some values and of all that looks like a secret. Equal texts stay equal, in every process. */
export function createTextRedactor(values: readonly string[]): Redactor {
  return createRedactor({ secrets: values.filter((value) => isRedactable(value)), fingerprint: () => '00000000' })
}
