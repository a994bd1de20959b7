namespace ChainHealth.Learning;

/// <summary>The update is replaced by independent Gaussian noise (Blanchard and others, "Machine learning with
/// adversaries: Byzantine tolerant gradient descent", NeurIPS 2017).</summary>
public sealed record GaussianWeights(double Sigma) : Attack
{
    public const double DefaultSigma = 1;

    public override string Text => $"gaussian:{Format(Sigma)}";

    public override float[] PoisonUpdate(float[] update, ulong seed)
    {
        var random = SeededRandom.For(seed, "gaussian-attack");
        var noise = new float[update.Length];
        for (int i = 0; i < noise.Length; i++)
        {
            noise[i] = (float)(random.NextNormal() * Sigma);
        }

        return noise;
    }
}

/// <summary>The update with its sign turned and a factor (Li and others, "RSA: Byzantine-robust stochastic aggregation
/// methods", AAAI 2019).</summary>
public sealed record SignFlip(double Factor) : Attack
{
    public const double DefaultFactor = 1;

    public override string Text => Factor == DefaultFactor ? "sign-flip" : $"sign-flip:{Format(Factor)}";

    public override float[] PoisonUpdate(float[] update, ulong seed) => [.. update.Select(u => (float)(-Factor * u))];
}

/// <summary>An honest update many times over, as in model replacement (Bagdasaryan and others, "How to backdoor
/// federated learning", AISTATS 2020).</summary>
public sealed record ScaledUpdate(double Factor) : Attack
{
    public const double DefaultFactor = 10;

    public override string Text => $"scale:{Format(Factor)}";

    public override float[] PoisonUpdate(float[] update, ulong seed) => [.. update.Select(u => (float)(Factor * u))];
}
