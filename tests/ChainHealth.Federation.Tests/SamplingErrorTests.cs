namespace ChainHealth.Federation.Tests;

public class SamplingErrorTests
{
    [Theory]
    [InlineData(128, 50, 0.05, 0.05)]
    [InlineData(64, 100, 0.12, 0.06)]
    [InlineData(32, 200, 0.2, 0.1)]
    public void The_formula_gives_the_frequency_of_false_refusals_in_a_hundred_thousand_draws(
        int draw, int margin, double worse, double better)
    {
        const int Draws = 100_000;
        var random = new Random(draw);
        int refused = 0;
        for (int i = 0; i < Draws; i++)
        {
            int lead = 0;
            for (int record = 0; record < draw; record++)
            {
                double luck = random.NextDouble();
                lead += luck < worse ? 1 : luck < worse + better ? -1 : 0;
            }

            refused += 1000 * lead > margin * draw ? 1 : 0;
        }

        double expected = SamplingError.FalseRefusal(draw, margin, worse, better);
        double deviation = Math.Sqrt(expected * (1 - expected) / Draws);
        Assert.InRange(refused / (double)Draws, expected - (5 * deviation), expected + (5 * deviation));
        Assert.True(expected <= SamplingError.Bound(draw, margin, worse - better));
    }

    /// <summary>The figures of ROUND.md.</summary>
    [Theory]
    [InlineData(128, 150, 0.05, 0.05, 2e-7)]
    [InlineData(128, 100, 0.05, 0.05, 3e-4)]
    [InlineData(64, 300, 0.1, 0.1, 6e-8)]
    [InlineData(32, 200, 0.05, 0.05, 3e-4)]
    public void The_stated_margins_refuse_an_honest_update_at_most_so_often(
        int draw, int margin, double worse, double better, double most) =>
        Assert.InRange(SamplingError.FalseRefusal(draw, margin, worse, better), most / 20, most);
}
