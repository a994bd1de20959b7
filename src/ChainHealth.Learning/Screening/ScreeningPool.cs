namespace ChainHealth.Learning;

/// <summary>Which records teach a screen and which measure it.</summary>
/// <param name="Pool">The validation split and half of the test split, class by class: a pool must come from where the
/// screened records come from (pneumonia X-rays: the test split is another collection than the rest, and a threshold
/// from the validation split alone finds five times the false positives that it promises).</param>
/// <param name="Held">The other half of the test split; neither model nor screen has seen it.</param>
public sealed record ScreeningPool(Records Pool, Records Held)
{
    public static ScreeningPool Of(Dataset dataset, ulong seed = 1)
    {
        Records test = dataset.Test;
        int[][] halves = HospitalSplit.Iid(test.Labels, test.Classes, 2, seed);
        Records half = test.Take(halves[0]);
        Records validation = dataset.Validation;
        return new ScreeningPool(
            new Records(
                validation.Shape, validation.Classes, [.. validation.Values, .. half.Values],
                [.. validation.Labels, .. half.Labels]),
            test.Take(halves[1]));
    }
}
