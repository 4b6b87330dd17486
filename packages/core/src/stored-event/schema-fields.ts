import type { z } from 'zod'
import { AttachmentReference, FileChange } from '../events/attachment.ts'
import { Dialog, Episode, eventSchemas, Tab, Target, ToolOutput } from '../events/events.ts'
import { pageEventFields, pageEventKinds } from '../events/page-event.ts'
import { Usage } from '../events/usage.ts'

/** The fields of events that link one to another or say what it is: ids, names of actions, words of enums, moments. */
export const linkFields = new Set([
  'turnId',
  'toolCallId',
  'actionName',
  'mediaType',
  'source',
  'evidenceRole',
  'executed',
  'startedAt',
  'finishedAt',
  'what',
  ...['at', 'pageId', 'openerId'],
])
/** The words of enums in those fields. */
export const schemaWords = new Set([
  'agent',
  'probe',
  'agent_and_probe',
  'yes',
  'skipped',
  'unknown',
  'screenshot',
  'event',
])
/** The fields in which numbers stand that measure. */
export const measuredFields = new Set([
  'stepIndex',
  'durationMs',
  'viewport',
  'scale',
  'target',
  'usage',
  'episode',
  'observation',
])
/** Numbers that the schemas of those fields need. All others there are somebody's own, and looked at. */
export const measuredNames = new Set([
  ...['stepIndex', 'durationMs', 'scale', 'x', 'y', 'width', 'height', 'point', 'box'],
  ...Object.keys(Usage.shape),
  ...Object.keys(Episode.shape),
  ...['sizeBytes', 'charsChanged'],
])
/** The fields that events of pages need to stay what they are: words of their schemas, and numbers. */
export const pageWords = new Set(['kind', 'level', 'state', 'method', 'resourceType'])
/** The words of the schemas in those fields. */
export const wordsOfPages = new Set([
  ...pageEventKinds,
  ...'error warning info log debug open closed'.split(' '),
  ...'GET HEAD POST PUT PATCH DELETE OPTIONS'.split(' '),
  ...'document stylesheet image media font script texttrack xhr fetch eventsource websocket manifest other'.split(' '),
])
/** The fields of events of pages that count or measure. */
export const measuredOfPages = new Set(
  'stepIndex startedInStep count status durationMs sizeBytes counts location'.split(' '),
)
/** The names of the fields of all schemas. */
export const schemaNames = new Set([
  ...Object.values(eventSchemas).flatMap((schema: z.ZodObject) => Object.keys(schema.shape)),
  ...[ToolOutput, Target, Episode, Dialog, Tab, FileChange, AttachmentReference].flatMap((schema: z.ZodObject) =>
    Object.keys(schema.shape),
  ),
  ...['x', 'y', 'width', 'height'],
  ...pageEventFields,
  ...pageEventKinds,
])
