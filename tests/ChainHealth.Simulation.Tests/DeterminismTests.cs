namespace ChainHealth.Simulation.Tests;

public sealed class DeterminismTests
{
    [Fact]
    public void The_same_seed_gives_a_byte_identical_transcript()
    {
        for (ulong seed = 1; seed <= 12; seed++)
        {
            string first = SimCluster.Run(Scenario.FromSeed(seed), keepsTranscript: true).Transcript;
            string second = SimCluster.Run(Scenario.FromSeed(seed), keepsTranscript: true).Transcript;
            Assert.Equal(first, second);
            Assert.NotEmpty(first);
        }
    }

    [Fact]
    public void Another_seed_gives_another_transcript() => Assert.NotEqual(
        SimCluster.Run(Scenario.FromSeed(1), keepsTranscript: true).Transcript,
        SimCluster.Run(Scenario.FromSeed(2), keepsTranscript: true).Transcript);

    [Fact]
    public void A_failure_prints_the_seed_and_a_readable_transcript()
    {
        Scenario hopeless = new() { Seed = 77, Replicas = 4, LivenessMs = 1, HealMs = 3_000, GossipMs = 30 };

        InvariantException failure =
            Assert.Throws<InvariantException>(() => SimCluster.Run(hopeless, keepsTranscript: true));

        Assert.StartsWith("seed 77: I5", failure.Message, StringComparison.Ordinal);
        Assert.Contains("pre-prepare v0 h1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("r3: idle in view 0", failure.Message, StringComparison.Ordinal);
    }
}
