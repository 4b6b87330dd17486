import { defineConfig } from 'vite'

export default defineConfig({
  root: `${import.meta.dirname}/src/page`,
  base: '/',
  resolve: { conditions: ['@contrail/source', 'module', 'browser', 'production'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: `${import.meta.dirname}/dist/page`,
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: false,
    assetsInlineLimit: 0,
    // One script and one style: the export puts both into its file.
    cssCodeSplit: false,
    rolldownOptions: { output: { codeSplitting: false } },
  },
})
