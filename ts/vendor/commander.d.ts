/** commander, bundled by the build: one file to load instead of seven. */
export { Command, CommanderError, Option } from 'commander';
