using System.Collections.Immutable;

namespace ChainHealth.Simulation.Tests;

/// <summary>Row 14 of the fault list: requests of others are ordered all the time, so that no clock of a view runs out
/// by itself.</summary>
public sealed class CensorshipTests
{
    private const long TrafficMs = 12_000;

    private static readonly Scenario Busy = new()
    {
        Seed = 0, Replicas = 4, Requests = 400, RequestsPerBlockMax = 2, GossipMs = 30, HealMs = TrafficMs,
        LivenessMs = 3_000,
    };

    [Theory]
    [InlineData(4)]
    [InlineData(7)]
    public void T7_A_primary_that_leaves_a_member_out_is_replaced_while_others_are_served(int replicas)
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            SimCluster run = SimCluster.Run(
                Busy with
                {
                    Seed = seed, Replicas = replicas,
                    Liars = ImmutableDictionary<int, Lie>.Empty.Add(0, Lie.Censorship),
                },
                keepsTranscript: true);

            string[] lines = run.Transcript.Split('\n');
            Assert.InRange(Array.FindIndex(lines, l => l.Contains("Active v1", StringComparison.Ordinal)), 1,
                Array.FindLastIndex(lines, l => l.Contains("commits", StringComparison.Ordinal)) / 2);
        }
    }

    [Fact]
    public void T7_No_honest_primary_is_accused_however_many_requests_wait()
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            SimCluster run = SimCluster.Run(Busy with { Seed = seed, Bursts = 3 }, keepsTranscript: true);
            Assert.DoesNotContain("Active v1", run.Transcript, StringComparison.Ordinal);
        }
    }
}
