import { registerHooks } from 'node:module'

// The workers of our tests run with `--conditions=@contrail/source --conditions=module`, for the sake of our own packages. Node
// applies them to everybody's, and some of Stagehand's dependencies have exports of these names that no Node can load.
const ours = new Set(['@contrail/source', 'module'])

registerHooks({
  resolve: (specifier, context, next) =>
    next(
      specifier,
      specifier.startsWith('@contrail/')
        ? context
        : { ...context, conditions: context.conditions.filter((condition) => !ours.has(condition)) },
    ),
})

/** Stagehand as users load it. */
export const { Stagehand } = await import('@browserbasehq/stagehand')

/** The client that Stagehand itself makes for a model of the AI SDK. The one it exports to users cannot drive an agent. */
export const { AISdkClient } = await import('@browserbasehq/stagehand/lib/v3/llm/aisdk.js')
