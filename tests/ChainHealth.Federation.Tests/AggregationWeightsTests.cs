using ChainHealth.Primitives;
using ChainHealth.Testing;
using CsCheck;

namespace ChainHealth.Federation.Tests;

public class AggregationWeightsTests
{
    [Theory]
    [InlineData(new[] { 10, 20, 25 }, new[] { 10, 20, 25 })]
    [InlineData(new[] { 10, 20, 30 }, new[] { 10, 20, 30 })]
    [InlineData(new[] { 10, 20, 31 }, new[] { 10, 20, 30 })]
    [InlineData(new[] { 1_000_000, 1, 2 }, new[] { 3, 1, 2 })]
    [InlineData(new[] { 5, 5, 5 }, new[] { 5, 5, 5 })]
    public void A2_only_a_count_above_all_others_together_is_cut(int[] samples, int[] weights) =>
        Assert.Equal(weights, AggregationWeights.Of(Commitments(samples)).Values);

    [Fact]
    public void A2_no_hospital_outweighs_the_rest_and_order_does_not_matter() => Gen.Int[1, PlanRules.SamplesMax]
        .Array[3, 64].Sample(samples =>
        {
            var weights = AggregationWeights.Of(Commitments(samples));
            long sum = weights.Values.Sum(w => (long)w);
            Assert.All(weights.Values, w => Assert.InRange(w, 1, sum - w));
            Assert.All(weights, w => Assert.True(w.Value <= samples[w.Key.Value - 1]));
            Assert.Equal(weights, AggregationWeights.Of(Commitments(samples).Reverse()));
        });

    private static UpdateCommitment[] Commitments(int[] samples) =>
    [
        .. samples.Select((s, i) =>
            new UpdateCommitment(new MemberId((uint)i + 1), TestPlans.Shares(i.ToString()), s, 1)),
    ];
}
