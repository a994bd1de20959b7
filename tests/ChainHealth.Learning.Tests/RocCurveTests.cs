using System.Collections.Immutable;

namespace ChainHealth.Learning.Tests;

public class RocCurveTests
{
    private const int PointsMax = 1000;

    [Fact]
    public void The_curve_of_five_records_is_the_one_drawn_by_hand()
    {
        // Sure of the sick: 5, then 3 and 3 tied (one sick, one not), then 1 (not), then -2 (sick).
        float[] scores = [.. Logits(3, -2, 5, 1, 3)];
        int[] labels = [0, 1, 1, 0, 1];

        ImmutableArray<RocRates> curve = RocCurve.Of(scores, labels, 2, 1, PointsMax);

        Assert.Equal(
            new RocRates[] { new(0, 0), new(0, 1 / 3.0), new(0.5, 2 / 3.0), new(1, 2 / 3.0), new(1, 1) },
            curve.AsEnumerable());
    }

    [Fact]
    public void The_area_under_the_curve_is_the_share_of_pairs_in_the_right_order()
    {
        var random = new Random(3);
        for (int trial = 0; trial < 50; trial++)
        {
            int[] labels = [0, 1, .. Enumerable.Range(0, 98).Select(_ => random.Next(2))];

            // Few distinct scores, so that many are tied.
            float[] margins = [.. labels.Select(l => (float)random.Next(l == 1 ? 2 : 0, 9))];
            ImmutableArray<RocRates> curve = RocCurve.Of([.. Logits(margins)], labels, 2, 1, PointsMax);

            double under = curve.Zip(curve.Skip(1)).Sum(p =>
                (p.Second.FalsePositive - p.First.FalsePositive) * (p.First.TruePositive + p.Second.TruePositive) / 2);
            Assert.Equal(PairsInOrder(margins, labels), under, 12);
            Assert.Equal((new RocRates(0, 0), new RocRates(1, 1)), (curve[0], curve[^1]));
            Assert.All(curve.Zip(curve.Skip(1)), p => Assert.True(
                p.Second.FalsePositive >= p.First.FalsePositive && p.Second.TruePositive >= p.First.TruePositive));
        }
    }

    [Fact]
    public void Perfect_useless_and_reversed_models_have_the_curves_of_the_textbook()
    {
        int[] labels = [0, 0, 1, 1];
        Assert.Contains(new RocRates(0, 1), RocCurve.Of([.. Logits(-2, -1, 1, 2)], labels, 2, 1, PointsMax));
        Assert.Equal(
            new RocRates[] { new(0, 0), new(1, 1) },
            RocCurve.Of([.. Logits(7, 7, 7, 7)], labels, 2, 1, PointsMax).AsEnumerable());
        Assert.Contains(new RocRates(1, 0), RocCurve.Of([.. Logits(2, 1, -1, -2)], labels, 2, 1, PointsMax));
    }

    [Fact]
    public void A_class_that_is_everywhere_or_nowhere_has_no_curve()
    {
        Assert.Empty(RocCurve.Of([.. Logits(1, 2)], [1, 1], 2, 1, PointsMax));
        Assert.Empty(RocCurve.Of([.. Logits(1, 2)], [0, 0], 2, 1, PointsMax));
    }

    [Fact]
    public void A_long_curve_is_thinned_and_keeps_its_ends()
    {
        int[] labels = [.. Enumerable.Range(0, 500).Select(i => i % 2)];
        float[] scores = [.. Logits([.. Enumerable.Range(0, 500).Select(i => (float)i)])];

        ImmutableArray<RocRates> whole = RocCurve.Of(scores, labels, 2, 1, PointsMax);
        ImmutableArray<RocRates> thin = RocCurve.Of(scores, labels, 2, 1, 20);

        Assert.Equal((501, 20), (whole.Length, thin.Length));
        Assert.Equal((whole[0], whole[^1]), (thin[0], thin[^1]));
        Assert.All(thin, point => Assert.Contains(point, whole));
    }

    /// <summary>Two classes whose log odds are the margins.</summary>
    private static IEnumerable<float> Logits(params float[] margins) => margins.SelectMany(m => new[] { 0f, m });

    /// <summary>Deliberately dumb: every pair of a sick and a healthy record, a tie for half.</summary>
    private static double PairsInOrder(float[] margins, int[] labels)
    {
        double right = 0;
        double pairs = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            for (int j = 0; j < labels.Length; j++)
            {
                if (labels[i] == 1 && labels[j] == 0)
                {
                    pairs++;
                    right += margins[i] > margins[j] ? 1 : margins[i] == margins[j] ? 0.5 : 0;
                }
            }
        }

        return right / pairs;
    }
}
