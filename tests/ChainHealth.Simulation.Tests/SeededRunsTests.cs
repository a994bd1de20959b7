namespace ChainHealth.Simulation.Tests;

public sealed class SeededRunsTests
{
    private static int SeedCount =>
        int.TryParse(Environment.GetEnvironmentVariable("CHAINHEALTH_SEEDS"), out int n) ? n : 200;

    private static ulong FirstSeed =>
        ulong.TryParse(Environment.GetEnvironmentVariable("CHAINHEALTH_FIRST_SEED"), out ulong n) ? n : 1;

    [Fact]
    public void Every_seed_keeps_every_invariant()
    {
        List<ulong> failed = [];
        int heights = 0;
        for (ulong seed = FirstSeed; seed < FirstSeed + (ulong)SeedCount; seed++)
        {
            Scenario scenario = Scenario.FromSeed(seed);
            try
            {
                heights += SimCluster.Run(scenario).Checkers.CommittedHeights;
            }
            catch (InvariantException)
            {
                failed.Add(seed);
            }
        }

        if (failed.Count > 0)
        {
            SimCluster.Run(Scenario.FromSeed(failed[0]), keepsTranscript: true);
        }

        Assert.True(failed.Count == 0, $"seeds that failed: {string.Join(' ', failed)}");
        Assert.True(heights > SeedCount / 2, "the runs committed next to nothing");
    }
}
