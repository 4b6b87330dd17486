/** The arguments of recorded calls, by name, in Playwright's order; what follows them is the call's `options`. */
type Actions = Readonly<Record<string, readonly string[]>>

const onElement = {
  click: [],
  dblclick: [],
  tap: [],
  hover: [],
  focus: [],
  fill: ['value'],
  type: ['text'],
  press: ['key'],
  check: [],
  uncheck: [],
  setChecked: ['checked'],
  selectOption: ['values'],
  setInputFiles: ['files'],
  dispatchEvent: ['type', 'eventInit'],
} satisfies Actions

/** On the page itself, or on the element a selector names. */
const pageActions: Actions = {
  goto: ['url'],
  reload: [],
  goBack: [],
  goForward: [],
  setContent: ['html'],
  dragAndDrop: ['source', 'target'],
  ...Object.fromEntries(Object.entries(onElement).map(([name, args]) => [name, ['selector', ...args]])),
}

const locatorActions: Actions = {
  ...onElement,
  clear: [],
  pressSequentially: ['text'],
  selectText: [],
  blur: [],
  dragTo: ['target'],
  drop: ['payload'],
  scrollIntoViewIfNeeded: [],
}

const keyboardActions: Actions = { press: ['key'], type: ['text'], insertText: ['text'], down: ['key'], up: ['key'] }

const mouseActions: Actions = {
  click: ['x', 'y'],
  dblclick: ['x', 'y'],
  move: ['x', 'y'],
  down: [],
  up: [],
  wheel: ['deltaX', 'deltaY'],
}

const touchscreenActions: Actions = { tap: ['x', 'y'] }

/** The kinds of Playwright objects that are wrapped to record a script. */
export type RecordedKind = 'page' | 'locator' | 'frameLocator' | 'keyboard' | 'mouse' | 'touchscreen'

/** The calls that are steps. All others are passed through. */
export const actionsOf: Readonly<Record<RecordedKind, Actions>> = {
  page: pageActions,
  locator: locatorActions,
  frameLocator: {},
  keyboard: keyboardActions,
  mouse: mouseActions,
  touchscreen: touchscreenActions,
}

/** Calls on an element or the keyboard whose arguments hold what is typed. */
export const typingActions: ReadonlySet<string> = new Set([
  'fill',
  'type',
  'press',
  'pressSequentially',
  'insertText',
  'down',
  'up',
])
