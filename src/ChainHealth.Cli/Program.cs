using ChainHealth.Cli;

return await CommandLine.RunAsync(args, Terminal.OfProcess());
