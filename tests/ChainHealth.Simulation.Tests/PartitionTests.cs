using System.Collections.Immutable;

namespace ChainHealth.Simulation.Tests;

/// <summary>Row 9 of the fault list, with the bound of I5 after healing.</summary>
public sealed class PartitionTests
{
    private const long HealMs = 12_000;

    [Theory]
    [InlineData("one against three", 0b0001, 0b1110, 0)]
    [InlineData("three against one", 0b1110, 0b0001, 0)]
    [InlineData("two against two", 0b0011, 0b1100, 0)]
    [InlineData("primary hears nobody", 0b1110, 0b0001, 0)]
    [InlineData("primary reaches nobody", 0b0001, 0b1110, 0)]
    [InlineData("flapping", 0b0111, 0b1011, 400)]
    [InlineData("nobody reaches anybody", 0b1111, 0b1111, 0)]
    public void Commits_resume_within_the_bound_after(string cut, uint senders, uint receivers, int flapMs)
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            SimCluster run = SimCluster.Run(
                new Scenario
                {
                    Seed = seed,
                    Replicas = 4,
                    HealMs = HealMs,
                    LivenessMs = 15_000,
                    Cuts = [new Cut(1_000, HealMs, senders, receivers, flapMs)],
                },
                keepsTranscript: true);

            Assert.True(run.Checkers.CommittedHeights > 0, cut);
        }
    }

    [Fact]
    public void A_killed_primary_costs_less_than_a_second_and_a_half()
    {
        SimCluster run = SimCluster.Run(
            new Scenario
            {
                Seed = 3,
                Replicas = 4,
                Requests = 1,
                HealMs = 100,
                LivenessMs = 1_500,
                GossipMs = 20,
                Liars = ImmutableDictionary<int, Lie>.Empty.Add(0, Lie.Mute),
            },
            keepsTranscript: true);

        Assert.Contains("Active v1", run.Transcript, StringComparison.Ordinal);
    }
}
