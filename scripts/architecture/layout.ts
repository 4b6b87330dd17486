/** The rules of the workspace as data: who may import whom, and where each third-party package lives. */

/** The most lines a file of code may have. */
export const maximumLines = 400

/** The most files a folder of a package may have, in `src` and in `test`. */
export const mostFilesInFolder = 15

/** A folder of a package's `src`, `.` for `src` itself. */
export interface Room {
  folder: string
  /** what it is for, in one line */
  meaning: string
}

const room = (folder: string, meaning: string): Room => ({ folder, meaning })

/**
 * The folders of each package in their order, the lowest first: a file imports from its own folder and from those before
 * it. The door (`index.ts`) may import from all. A package that is not named here has no folders.
 */
export const houses: Readonly<Record<string, readonly Room[]>> = {
  core: [
    room('.', 'errors, the clock, and what the outside must bring: image tools'),
    room('values', 'any JavaScript value as plain data, within limits'),
    room('images', 'what the first bytes of an image tell; nothing is decoded'),
    room('aria', 'aria snapshots as trees of nodes, read and compared'),
    room('redact/text', 'reading a text once: characters, escapes, patterns, placeholders, cuts'),
    room('redact/names', 'names that make what stands under them a secret'),
    room('redact/told', 'secrets that people and pages tell in words: sentences, labels, one-time codes'),
    room('redact/format', 'formats that keep a secret in a place of their own'),
    room('redact/scan', 'one file for each way in which a text shows a secret'),
    room('redact/tables', 'tables in texts, however they are drawn, and rows of databases'),
    room('redact/known', 'values that are known: all their forms, searched in texts and in files'),
    room('redact', 'secrets out of texts and plain data'),
    room('events', 'what agents emit: the event union, the bus, sinks'),
    room('model', "somebody's language model as a port, and the fence for text that is not ours"),
    room('trajectory', 'the shapes that are stored: trajectory, journal entry, task, verdict'),
    room('fold', 'how events become steps, and back'),
    room('episode', 'a trajectory as the record, timeline and actions of an episode'),
    room('stored-event/secrets', 'what an event types, names, answers or shows that is a secret'),
    room('stored-event', 'one event at the moment of recording: converted, redacted, cut, its images lifted out'),
  ],
  recorder: [
    room('.', 'ids, hashes, our version'),
    room('io', 'the disk as we use it, awaited and blocking; the one door to untrusted files'),
    room('directory', 'the directory of one recording: every name in it, its lock, its root, whose files are in it'),
    room('redact', 'what a run keeps off the disk, and the search for it afterwards'),
    room('journal', '`core.log`: one line, many lines, scan, follow'),
    room('frames', 'pictures on the disk: their names, where they are, which others stand for them'),
    room('attachments', 'bytes that are no picture: snapshot, place, reading back'),
    room('write', 'the one writer: queue, frames, lines, acks, and the end of a process'),
    room('read', "a recording read: folded from its journal, or from `trajectory.json`, ours or Stagehand's"),
    room('finish', 'from a journal to a finished recording, by finish, recover, verdict'),
    room('check', 'is every byte what the journal says'),
    room('keep', 'recordings in number: list, compact, remove, collect'),
    room('record', '`TrajectoryRecorder` and what it is made of'),
    room('episode', '`EpisodeLogger`, and the replay of what an episode wrote'),
  ],
  models: [
    room('call', 'one call held to the port: its time, its reply, its errors, and what nobody may read of it'),
    room('endpoint', 'chat completions over HTTP'),
    room('cassette', 'calls recorded in a file, and found again'),
    room('.', 'the kinds of models, and the text that names one'),
  ],
  formats: [
    room('cwm/format', 'the words of an execution trace: tokens, frames, what can be said against it'),
    room('cwm/parse', 'a trace out of a text or tokens'),
    room('cwm/write', 'the text of a trace, and the prompt that asks for one'),
    room('cwm/expand', 'scopes and full states out of frames, and back'),
    room('cwm/score', 'a predicted trace held against the real one'),
    room('cwm/trajectory', 'a browser run as a trace'),
    room('cwm', 'the door of the codec'),
  ],
  evaluation: [
    room('run', 'a trajectory as rules read it: kinds of actions, pages before and after, words of the answer'),
    room('grounding', 'claims of an answer, looked for in what the run saw'),
    room('failures', 'the classes, and what a rule finds'),
    room('failures/rules', 'one file for rules that look at the same things'),
    room('failures/report', 'the rules put together'),
    room('measures', 'how the work was done, whatever came of it'),
    room('plan', 'what the next attempt is to do otherwise, and the prompt that says so'),
    room('attempts', 'attempts compared, and run in a loop'),
  ],
  analysis: [
    room('.', 'ids, hashes'),
    room('component', 'what entities are made of: columns by a schema, and those that we ship'),
    room('resource', 'settings that processors are given'),
    room('storage', 'a folder of Parquet files and manifests, its lock, and results that are kept'),
    room('world', 'ticks: changes that wait, processors, queries, forks'),
    room('label', 'who judges a trajectory: a model, plain functions'),
    room('pipeline', 'the processors: sample, label, score'),
    room('outcome', 'scores of a world, and two worlds compared'),
    room('recording', 'a recording as a trajectory of turns'),
  ],
  viewer: [
    room('view', 'a run as a page shows it, and what server and page tell each other'),
    room('.', 'all that a page shows of a run, from its trajectory'),
    room('server/access', 'who may ask: hosts, headers, sessions, ports'),
    room('server/data', 'what is served: the list, runs as they grow, frames, judgements, the page'),
    room('server', 'recordings served on loopback, to who has the link'),
    room('file', 'a recording and its page in one file'),
    room('page/parts', 'pieces of a page that know nothing of its state: texts, formats, long lists'),
    room('page/state', 'what a page knows, where its data comes from, and what keys do'),
    room('page/chrome', 'what stands around every view'),
    room('page/detail', 'the column that tells a step'),
    room('page/run', 'one run: time, steps, frames'),
    room('page/list', 'all recordings'),
    room('page', 'the page put together'),
  ],
  browser: [
    room(
      'page',
      'what is known of a page without looking at it, and the ways to it: our session, our world in its documents',
    ),
    room('environment', 'what a page does by itself, from what Playwright tells anyway; the tabs beside it'),
    room('find', 'find and start a browser. Nothing else here needs it'),
    room('picture', 'a picture of the viewport as the screen shows it'),
    room('fields', 'runs in our world of a document: the fields it has, where they stand, and what is in them'),
    room(
      'secrets',
      'fields for secrets: which they are, what stands in them, painting over them, leaving their values out',
    ),
    room('typed', 'the secrets that a step has typed: what is seen of them around it, in its page and the popups'),
    room('observe', 'one look at a page: url, title, picture, tree; what the agent took itself'),
    room('target', 'what an action is aimed at'),
    room('probe', 'when a look is taken, and which step it belongs to'),
    room('capture', 'the ways to attach: dom, hybrid, cua, over one session'),
    room('record-page', 'a page whose calls record themselves'),
    room('.', 'the door'),
  ],
  demo: [
    room('site', 'the lamp shop'),
    room('.', 'a scripted agent without anything of ours: what it wants, decides and does'),
  ],
  contrail: [
    room('terminal', 'what a terminal says and asks'),
    room('capture', 'captures with what paints over secrets in their pictures'),
    room('demo', 'the agent of the demo, wired to captures and a recorder'),
    room('commands', 'one file a command, and what they share'),
    room('commands/keep', 'the commands that verify, repair, shrink, remove and search recordings'),
    room('commands/facts', 'the facts of a run and of a step, as every command and file tells them'),
    room('commands/show', 'the story of a run in a terminal'),
    room('commands/evaluation', 'the commands of failures: classify, ground, improve, attempts'),
    room('commands/answer', 'the commands that answer one question of a run: why, tail'),
    room('commands/gate', 'recordings held against limits, for a job'),
    room('commands/export', 'a recording as one file to send, and the labels that come back'),
    room('commands/episode', 'the commands of episodes: timeline, actions, history, replay'),
    room('commands/trace', 'the commands of execution traces: parse, expand, score'),
    room('program', 'the commands as they are typed: usages, options, groups'),
    room('doors/recordings', 'what the door to recordings adds'),
    room('doors/analysis', 'what the door to analysis adds: recordings as trajectories, labels of people'),
    room('doors/evaluation', 'what the door to evaluation adds'),
    room('.', 'the doors: library, program'),
  ],
}

/** The packages that may import a third-party package. Packages of the workspace are named by their folder. */
export interface Home {
  /** may be told anything by it */
  packages: readonly string[]
  /** may name its types and nothing else */
  typesOnly?: readonly string[]
  /** is loaded where it is used, by `await import`, so that a user without it can import ours */
  lazy?: boolean
}

/** Each third-party package that code we publish imports, and its home. A `*` at the end stands for any ending. */
const homes: Readonly<Record<string, Home>> = {
  mitt: { packages: ['core'] },
  zod: { packages: ['core', 'recorder', 'models', 'analysis'] },
  playwright: { packages: ['browser'], typesOnly: ['contrail', 'demo'], lazy: true },
  '@sparticuz/chromium': { packages: ['browser'], lazy: true },
  commander: { packages: ['contrail'] },
  '@bomb.sh/tab': { packages: ['contrail'] },
  '@clack/prompts': { packages: ['contrail'] },
  'string-width': { packages: ['contrail'] },
  sharp: { packages: ['images'] },
  pixelmatch: { packages: ['images'] },
  '@duckdb/node-api': { packages: ['analysis'], lazy: true },
  hono: { packages: ['viewer'] },
  '@hono/node-server': { packages: ['viewer'] },
  preact: { packages: ['viewer'] },
  'p-queue': { packages: ['models'] },
  'p-retry': { packages: ['models'] },
  '@preact/signals': { packages: ['viewer'] },
  uplot: { packages: ['viewer'] },
  '@nats-io/*': { packages: ['remote'] },
  yauzl: { packages: ['formats'] },
  yazl: { packages: ['formats'] },
  uuidv7: { packages: ['recorder'] },
}

/** The home of a third-party package, if it has one. */
export function homeOf(name: string): Home | undefined {
  const family = Object.keys(homes).find((key) => key.endsWith('*') && name.startsWith(key.slice(0, -1)))
  return homes[name] ?? (family === undefined ? undefined : homes[family])
}

/** Folders of code that runs in a web page too, and so imports nothing of Node. */
const pure: readonly string[] = ['packages/core/src/', 'packages/formats/src/cwm/']

/** Tells whether a file runs in a web page too. */
export function isPure(path: string): boolean {
  return pure.some((folder) => path.startsWith(folder))
}

/** The composition root: it may import every package, but at its own start loads only these. */
export const root = 'contrail'
const loadedWithRoot: readonly string[] = ['core', 'recorder', 'browser']

/**
 * The doors of the root beside its first one: `src/doors/<name>.ts` is `contrail/<name>`, and loads these packages at its start
 * and no others. A door with parts of its own has them in `src/doors/<name>/`.
 */
const doors: Readonly<Record<string, readonly string[]>> = {
  analysis: ['core', 'recorder', 'models', 'analysis'],
  browser: ['core', 'browser'],
  cwm: ['core', 'formats'],
  evaluation: ['core', 'evaluation', 'recorder'],
  models: ['core', 'models'],
  recordings: ['core', 'recorder'],
  schema: ['core'],
}

/** The name of the door that a file of the root is, or is a part of. */
export function doorOf(path: string): string | undefined {
  return /^packages\/contrail\/src\/doors\/([^/.]+)/.exec(path)?.[1]
}

/** The part of the root that the command `demo` alone loads. */
const demoFolder = 'packages/contrail/src/demo/'

/** The packages that a file of the root may load at its start. A door that the list does not name may load none. */
export function loadedAtStart(path: string): readonly string[] {
  if (path.startsWith(demoFolder)) return [...loadedWithRoot, 'demo']
  const door = doorOf(path)
  return door === undefined ? loadedWithRoot : (doors[door] ?? [])
}

/** May one package of the workspace import another? Both are named by their folder. */
export function mayImport(from: string, to: string): boolean {
  return to === 'core' || from === root || (from === 'viewer' && to === 'recorder')
}
