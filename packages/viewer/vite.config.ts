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
    cssCodeSplit: false,
    rolldownOptions: {
      output: [
        // The export puts one script and one style into its file.
        { codeSplitting: false, entryFileNames: 'file/page.js' },
        // A page that is served fetches what draws curves where there is one. It comes last: index.html is of the last.
        {},
      ],
    },
  },
})
