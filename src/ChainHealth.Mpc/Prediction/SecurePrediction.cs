using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Secret records against the public global model, at one computing party.</summary>
/// <param name="Global">Public weights, fixed point.</param>
/// <param name="Records">This party's shares of the records, one after the other.</param>
public sealed record PredictionJob(
    Architecture Architecture, FixedPoint FixedPoint, ReadOnlyMemory<long> Global, SharePackage Records, int Count);

/// <summary>The committee's side of a private prediction: the circuit of the check without its labels. Nothing is
/// opened; each party hands its shares of the scores to the asker. The last linear layer's joint inputs mask all four
/// shares, so that they tell the asker their sum and nothing of the way to it.</summary>
public static class SecurePrediction
{
    /// <summary>Null where the job can be computed, else the reason.</summary>
    public static string? Fault(PredictionJob job)
    {
        if (job.Count is < 1 or > PredictionQuestion.RecordsMax
            || job.Records.Length != job.Count * job.Architecture.Input.Elements)
        {
            return $"{job.Records.Length} values are not {job.Count} records of {job.Architecture.Input}";
        }

        if (job.Global.Length != job.Architecture.ParameterCount)
        {
            return $"the model has not {job.Architecture.ParameterCount} parameters";
        }

        Circuit.TryPlan(job.Architecture, job.FixedPoint, job.Global.Span, out string? fault);
        return fault;
    }

    /// <exception cref="ArgumentException"><see cref="Fault"/> has something to say.</exception>
    /// <exception cref="MpcAbortException">A party deviated, or is silent.</exception>
    public static async ValueTask<PredictionAnswer> RunAsync(
        MpcSession session, PredictionJob job, CancellationToken cancellation)
    {
        if (Fault(job) is { } fault)
        {
            throw new ArgumentException(fault, nameof(job));
        }

        Circuit circuit = Circuit.TryPlan(job.Architecture, job.FixedPoint, job.Global.Span, out _)!;
        using ShareVector model = session.NewVector(job.Global.Length).Clear();
        Local.AddPublic(model, job.Global.Span);
        using ShareVector records = Local.Expand(session, job.Records);
        using ShareVector scores = await circuit.EvaluateAsync(session, [model], records, job.Count, cancellation);
        var shares = new ulong[]?[ExchangeMessages.Parties];
        foreach (int j in Local.Known(scores))
        {
            shares[j] = scores.Plane(j).ToArray();
        }

        MpcStatistics cost = session.Statistics;
        return new PredictionAnswer(session.Party, shares, (int)cost.Exchanges, cost.BytesSent);
    }
}
