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

    public override float[] Poison(PoisonTask task) => PoisonUpdate(task.Global, task.Seed);
}

/// <summary>Every weight gets the same value (same-value attack: Li and others, "RSA", AAAI 2019; so the update is that
/// value minus the global weights).</summary>
public sealed record ConstantWeights(double Value) : Attack
{
    public const double DefaultValue = 0.1;

    public override string Text => $"constant:{Format(Value)}";

    public override float[] Poison(PoisonTask task) => [.. task.Global.Select(w => (float)(Value - w))];
}

/// <summary>The update with its sign turned and a factor (Li and others, "RSA: Byzantine-robust stochastic aggregation
/// methods", AAAI 2019).</summary>
public sealed record SignFlip(double Factor) : Attack
{
    public const double DefaultFactor = 1;

    public override string Text => Factor == DefaultFactor ? "sign-flip" : $"sign-flip:{Format(Factor)}";

    public override float[] PoisonUpdate(float[] update, ulong seed) => Scaled(update, -Factor);

    public override float[] Poison(PoisonTask task) => PoisonUpdate(task.Honest(), task.Seed);
}

/// <summary>An honest update many times over, as in model replacement (Bagdasaryan and others, "How to backdoor
/// federated learning", AISTATS 2020).</summary>
public sealed record ScaledUpdate(double Factor) : Attack
{
    public const double DefaultFactor = 10;

    public override string Text => $"scale:{Format(Factor)}";

    public override float[] PoisonUpdate(float[] update, ulong seed) => Scaled(update, Factor);

    public override float[] Poison(PoisonTask task) => PoisonUpdate(task.Honest(), task.Seed);
}

/// <summary>Sends the last model back: an update of zeros (Lin, Du and Liu, "Free-riders in federated learning", 2019),
/// with a noise of the given norm in the place of work (Fraboni, Vidal and Lorenzi, AISTATS 2021).</summary>
/// <param name="Noise">Euclidean norm of the noise; 0 = none.</param>
public sealed record FreeRider(double Noise) : Attack
{
    public override string Text => Noise == 0 ? "free-rider" : $"free-rider:{Format(Noise)}";

    public override float[] Poison(PoisonTask task)
    {
        if (Noise == 0)
        {
            return new float[task.Global.Length];
        }

        float[] noise = new GaussianWeights(1).PoisonUpdate(task.Global, task.Seed);
        return Scaled(noise, Noise / ParameterVector.Norm(noise));
    }
}

/// <summary>Sends the last change of the global model again, as if it had trained (delta weights: Lin, Du and Liu,
/// 2019); in the first round, when there was none, zeros.</summary>
public sealed record DeltaRider : Attack
{
    public override string Text => "delta-rider";

    public override float[] Poison(PoisonTask task) => task.Previous is { } previous
        ? [.. task.Global.Zip(previous, (now, before) => now - before)] : new float[task.Global.Length];
}

/// <summary>All members of the group send what the first of them trained, as the identities of one sybil do (Fung, Yoon
/// and Beschastnikh, "The limitations of federated learning in sybil settings", RAID 2020).</summary>
/// <param name="Noise">Relative norm of a noise that should hide the copy.</param>
public sealed record CopyOfAnother(double Noise) : Attack
{
    public override string Text => Noise == 0 ? "copy" : $"copy:{Format(Noise)}";

    public override float[] Poison(PoisonTask task)
    {
        float[] copied = task.Group.Honest(0);
        if (Noise == 0)
        {
            return copied;
        }

        float[] noise = new GaussianWeights(1).PoisonUpdate(copied, task.Seed);
        double factor = Noise * ParameterVector.Norm(copied) / ParameterVector.Norm(noise);
        return [.. copied.Zip(noise, (c, n) => (float)(c + (factor * n)))];
    }
}
