/** `gitlab`: what a GitLab asks for, and what to tell it. Nothing is asked of a GitLab. */
import { Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { gitlabImagesCommand } from './gitlab-images.js';
import { gitlabSettingsCommand } from './gitlab-settings.js';

export function gitlabCommand(context: CliContext): Command {
  const command = new Command('gitlab').description(
    'what a GitLab asks for, and what to set there',
  );
  for (const make of [gitlabImagesCommand, gitlabSettingsCommand])
    command.addCommand(make(context));
  return command.addHelpText('after', '\nExample:\n  sallyport gitlab images --version 18.5');
}
