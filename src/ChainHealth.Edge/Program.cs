using ChainHealth.Edge;

return await EdgeCommands.RunAsync(args);
