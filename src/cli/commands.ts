import type { CommandEntry } from './command.ts';

const CHAOS_LAB: CommandEntry = {
  name: 'lab',
  about:
    'work with a lab by hand: up, down, graph, exec, shell, list, import, containerlab, images',
  commands: [
    {
      name: 'up',
      about: 'bring a lab up and hold it until Ctrl-C (-d: in the background)',
      load: async () => (await import('./command/lab-up.ts')).command,
    },
    {
      name: 'down',
      about: 'end a lab that runs in the background',
      load: async () => (await import('./command/lab-down.ts')).command,
    },
    {
      name: 'graph',
      about: 'print the topology of a lab file',
      load: async () => (await import('./command/lab-graph.ts')).command,
    },
    {
      name: 'exec',
      about: 'run a command in a node of a running lab',
      load: async () => (await import('./command/lab-exec.ts')).command,
    },
    {
      name: 'shell',
      about: 'open a shell in a node of a running lab',
      load: async () => (await import('./command/lab-shell.ts')).command,
    },
    {
      name: 'list',
      about: 'list the labs that run in the background',
      load: async () => (await import('./command/lab-list.ts')).command,
    },
    {
      name: 'import',
      about: 'write a containerlab file as a plain lab file, and say what is lost',
      load: async () => (await import('./command/lab-import.ts')).command,
    },
    {
      name: 'containerlab',
      about: 'build the stock containerlab that labs are checked against',
      load: async () => (await import('./command/lab-containerlab.ts')).command,
    },
    {
      name: 'images',
      about: 'build the images that the driver containerlab runs, from Debian packages',
      load: async () => (await import('./command/lab-images.ts')).command,
    },
  ],
};

const KERNEL: CommandEntry = {
  name: 'kernel',
  about: 'the embedded kernel: build, info',
  commands: [
    {
      name: 'build',
      about: 'build the embedded kernel once (5-6 minutes on 2 cores), cached by digest',
      load: async () => (await import('./command/kernel-build.ts')).command,
    },
    {
      name: 'info',
      about: 'say which embedded kernel would be used',
      load: async () => (await import('./command/kernel-info.ts')).command,
    },
  ],
};

/** Every command, in the order of the help text. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'run',
    about: 'run scenarios and write their reports',
    load: async () => (await import('./command/run.ts')).command,
  },
  {
    name: 'validate',
    about: 'check scenarios and their labs without starting anything',
    load: async () => (await import('./command/validate.ts')).command,
  },
  {
    name: 'plan',
    about: 'show the resolved timeline of a scenario (a dry run)',
    load: async () => (await import('./command/plan.ts')).command,
  },
  {
    name: 'list',
    about: 'list faults, observers, probes, services, drivers, profiles, scenarios, signals',
    load: async () => (await import('./command/list.ts')).command,
  },
  CHAOS_LAB,
  {
    name: 'check',
    about: 'give the verdict of an old run again, from its files alone',
    load: async () => (await import('./command/check.ts')).command,
  },
  {
    name: 'report',
    about: 'write the reports of an old run again, from its files alone',
    load: async () => (await import('./command/report.ts')).command,
  },
  {
    name: 'doctor',
    about: 'say what this machine can do, and how to get what is missing',
    load: async () => (await import('./command/doctor.ts')).command,
  },
  KERNEL,
  {
    name: 'cleanup',
    about: 'undo and remove what killed runs left behind (only what is ours)',
    load: async () => (await import('./command/cleanup.ts')).command,
  },
  {
    name: 'init',
    about: 'write a two-node, ten-second scenario to start from',
    load: async () => (await import('./command/init.ts')).command,
  },
  {
    name: 'schema',
    about: 'print the JSON Schema of scenarios (for editors) or of report.json',
    load: async () => (await import('./command/schema.ts')).command,
  },
  {
    name: 'completion',
    about: 'print a completion script for bash, zsh or fish',
    load: async () => (await import('./command/completion.ts')).completionCommand(() => commands),
  },
];
