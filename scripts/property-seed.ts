/** Gives every property of fast-check the seed of this run. Loaded before each file of tests. */
import fc from 'fast-check'
import { testSeed } from './test-size.ts'

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: testSeed })
