global using ChainHealth.Cli;

// Each test starts a whole network; two at once would only wait for each other's processors.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
