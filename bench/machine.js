import { statfsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

const FILE_SYSTEMS = {
  0xef53: 'ext4',
  0x01021994: 'tmpfs',
  0x794c7630: 'overlayfs',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
};

/** What the figures depend on besides the program. @param folder where the files of the bench are */
export function machine(folder) {
  const model = cpus()[0]?.model.trim().replace(/\s+/g, ' ') ?? 'unknown CPU';
  const cores = availableParallelism();
  const memoryGb = Math.round(totalmem() / 1e9);
  const fileSystem = FILE_SYSTEMS[statfsSync(folder).type] ?? 'another file system';
  const [load = 0] = loadavg();
  const system = `${type()} ${release()}`;
  const facts = { model, cores, memoryGb, system, fileSystem, node: process.version, load };
  const busy = load > 0.5 ? ` The machine was not idle: load ${load.toFixed(1)} at the start.` : '';
  return {
    facts,
    sentence: `${model}, ${cores} cores, ${memoryGb} GB, ${system}, ${fileSystem}, Node ${process.version}.${busy}`,
  };
}
