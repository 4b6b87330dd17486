export { scriptedModel, type Script, type ScriptedAnswer, type ScriptedModel } from './scripted.ts'
