namespace ChainHealth.Learning;

/// <summary>Attacks that are made from what the group's members would have sent. Published versions also know the
/// honest updates; in this system nobody does, so the group's own stand for them.</summary>
public abstract record GroupAttack : Attack
{
    public sealed override float[] Poison(PoisonTask task) => Craft(
        [.. Enumerable.Range(0, task.Group.Count).Select(task.Group.Honest)], task.Group.Hospitals);

    /// <param name="known">Honest updates of the group.</param>
    /// <param name="hospitals">All of the round.</param>
    public abstract float[] Craft(IReadOnlyList<float[]> known, int hospitals);

    private protected static float[] Mean(IReadOnlyList<float[]> known) =>
        [.. Enumerable.Range(0, known[0].Length).Select(i => known.Average(u => u[i]))];

    /// <summary>Of one update alone there is no spread: its magnitudes stand for it.</summary>
    private protected static float[] Deviation(IReadOnlyList<float[]> known, float[] mean) => known.Count == 1
        ? [.. mean.Select(Math.Abs)]
        : [.. mean.Select((m, i) => MathF.Sqrt(known.Average(u => (u[i] - m) * (u[i] - m))))];
}

/// <summary>Minus a multiple of the mean, so that the sum's inner product with the true direction turns negative (Xie,
/// Koyejo and Gupta, "Fall of empires", UAI 2019).</summary>
public sealed record InnerProduct(double Factor) : GroupAttack
{
    public const double DefaultFactor = 1;

    public override string Text => $"inner-product:{Format(Factor)}";

    public override float[] Craft(IReadOnlyList<float[]> known, int hospitals) => Scaled(Mean(known), -Factor);
}

/// <summary>The mean minus z deviations in each coordinate, z as large as hides it among the honest (Baruch, Baruch and
/// Goldberg, "A little is enough", NeurIPS 2019, algorithm 3).</summary>
/// <param name="Z">Null = from the numbers of hospitals and poisoners.</param>
public sealed record LittleIsEnough(double? Z) : GroupAttack
{
    public override string Text => Z is { } z ? $"little-is-enough:{Format(z)}" : "little-is-enough";

    public override float[] Craft(IReadOnlyList<float[]> known, int hospitals)
    {
        float[] mean = Mean(known);
        float[] deviation = Deviation(known, mean);
        double z = Z ?? ZMax(hospitals, known.Count);
        return [.. mean.Zip(deviation, (m, d) => (float)(m - (z * d)))];
    }

    /// <summary>The largest z with which Phi(z) is below (n - m - s) / (n - m), s = n/2 + 1 - m honest supporters
    /// needed; at least 0.3, which the paper found enough.</summary>
    public static double ZMax(int hospitals, int poisoners)
    {
        int honest = hospitals - poisoners;
        int supporters = (hospitals / 2) + 1 - poisoners;
        double share = honest <= 0 ? 0 : (double)(honest - supporters) / honest;
        double z = 0.3;
        while (z < 3 && NormalDistribution(z + 0.01) < share)
        {
            z += 0.01;
        }

        return z;
    }

    /// <summary>Abramowitz and Stegun, 26.2.17; absolute error below 1e-7. For z of at least 0.</summary>
    private static double NormalDistribution(double z)
    {
        double t = 1 / (1 + (0.2316419 * z));
        double tail = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937
            + (t * (-1.821255978 + (t * 1.330274429))))))));
        return 1 - (Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * tail);
    }
}

/// <summary>The mean moved against its own direction as far as no update of the group is further from the result than
/// from another member (Shejwalkar and Houmansadr, "Manipulating the Byzantine", NDSS 2021, min-max with the inverse
/// unit vector).</summary>
public sealed record MinMax : GroupAttack
{
    private const int Halvings = 20;

    public override string Text => "min-max";

    public override float[] Craft(IReadOnlyList<float[]> known, int hospitals)
    {
        float[] mean = Mean(known);
        double norm = ParameterVector.Norm(mean);
        double reach = known.Count == 1 ? norm : known.SelectMany(a => known.Select(b => Distance(a, b))).Max();
        if (norm == 0)
        {
            return mean;
        }

        double low = 0, high = 4 * (reach + norm);
        for (int step = 0; step < Halvings; step++)
        {
            double middle = (low + high) / 2;
            float[] candidate = Scaled(mean, 1 - (middle / norm));
            (low, high) = known.Max(u => Distance(u, candidate)) <= reach ? (middle, high) : (low, middle);
        }

        return Scaled(mean, 1 - (low / norm));
    }

    private static double Distance(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = (double)a[i] - b[i];
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }
}
