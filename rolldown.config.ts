import { defineConfig } from 'rolldown'

/**
 * The built command: one small entry and lazily loaded chunks, so that `haetae --version` reads little and
 * each command reads only what it needs. What npm installs stays outside only where it is large and rarely
 * used (the Kubernetes client); the rest is bundled, since opening many small files dominates start-up.
 */
export default defineConfig({
  input: { haetae: 'src/cli/main.ts' },
  platform: 'node',
  external: ['@kubernetes/client-node'],
  output: {
    dir: 'dist',
    format: 'esm',
    minify: { compress: true, mangle: false, codegen: false },
    cleanDir: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  },
})
