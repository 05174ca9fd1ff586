// The tests of the page: node runs its parts beside the core, browser uses the built page as a person does.
import { defineConfig } from 'vitest/config'

export default defineConfig({
    test: {
        projects: [
            {
                test: {
                    name: 'node',
                    include: ['tests/js/**/*.test.js'],
                    environment: 'node',
                    env: { OMP_WAIT_POLICY: 'passive' }, // threads that wait leave the cores to other tests
                    testTimeout: 60_000,
                },
            },
            {
                test: {
                    name: 'full', // tests that take long or ask for tools of their own
                    include: ['tests/full/**/*.test.js'],
                    environment: 'node',
                    env: { OMP_WAIT_POLICY: 'passive' },
                    testTimeout: 60_000,
                },
            },
            {
                test: {
                    name: 'browser',
                    include: ['tests/browser/**/*.test.js'],
                    environment: 'node',
                    // what is waited for may take long on a busy machine
                    testTimeout: 180_000,
                    hookTimeout: 60_000,
                    expect: { poll: { timeout: 45_000 } },
                    fileParallelism: false,
                },
            },
        ],
    },
})
