using BenchmarkDotNet.Running;

// dotnet run --project tests/ChainHealth.Benchmarks -c Release -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
