using System.Collections.Immutable;
using System.Security.Claims;
using System.Security.Cryptography;
using ChainHealth.Client;
using ChainHealth.Dashboard.Audit;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Dashboard.Hosting;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Prediction;

/// <summary>No private answer came about; the message is for a person.</summary>
public sealed class PrivatePredictionException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <summary>What the committee computed without seeing it, and what that cost. Shown once, to whoever asked.</summary>
/// <param name="Scores">Probabilities, model and cost.</param>
public sealed record PrivateAnswer(
    string Dataset, ImmutableArray<string> ClassNames, RunId Run, int Round, PrivateScores Scores)
{
    public ImmutableArray<double> Chances => Scores.Probabilities[0];

    public int Best => Chances.IndexOf(Chances.Max());

    /// <summary>Never shows the answer.</summary>
    public override string ToString() => $"private answer of run {Run}";
}

/// <summary>Secret-shares a record to the validators and opens the answer to the person who asked. It asks with the
/// dashboard's own member key, an observer's: that key can neither vote nor train, and any member may ask. Sealing
/// needs the validators' public keys alone, so no further secret is held for it.</summary>
public sealed class PrivatePredictions(
    DashboardOptions options, ChainFeed feed, PredictionStore store, AuditLog audit) : IDisposable
{
    /// <summary>The validators take two at once of one member.</summary>
    public const int AtOnceMax = 2;

    private static readonly TimeSpan TurnMax = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _turns = new(AtOnceMax);

    public void Dispose() => _turns.Dispose();

    /// <param name="record">As the model takes it; cleared when this returns.</param>
    /// <param name="source">"form" or "image".</param>
    /// <exception cref="PrivatePredictionException">There is no answer; says why and what to do.</exception>
    public async Task<PrivateAnswer> AskAsync(
        ClaimsPrincipal person, string from, string dataset, float[] record, string source,
        CancellationToken cancellation)
    {
        (PredictionTerms terms, RunState run) = Terms(dataset);
        long[] encoded = Encode(record, run.Plan);
        if (!await _turns.WaitAsync(TurnMax, cancellation))
        {
            throw new PrivatePredictionException(
                "Others' private predictions are under way. Try again in a minute; what you entered is kept.");
        }

        PrivateScores scores;
        try
        {
            scores = await PrivatePrediction.AskAsync(
                terms, encoded, AskValidatorAsync, RandomNumberGenerator.Fill, cancellation);
        }
        catch (PredictionException e)
        {
            throw new PrivatePredictionException(
                "The validators gave no answer, and nobody learned anything of your record. Four of them compute, and "
                + $"one may be missing. What you entered is kept; try again in a moment. In detail: {e.Message}", e);
        }
        finally
        {
            _turns.Release();
            Array.Clear(encoded);
            Array.Clear(record);
        }

        var answer = new PrivateAnswer(dataset, run.Plan.ClassNames, run.Id, run.Models[^1].Round, scores);
        await store.KeepPrivateAsync(person, answer, source, cancellation);
        await audit.WriteAsync(person, AuditAct.Predicted, $"1 record of {dataset}, private, {source}", from);
        return answer;
    }

    /// <summary>The newest run of the data set that has a final model: the committee evaluates that one.</summary>
    private (PredictionTerms Terms, RunState Run) Terms(string dataset)
    {
        if (feed.Now is not { Genesis: { } genesis, Snapshot.State: { } state })
        {
            throw new PrivatePredictionException(
                "The chain is out of reach, so nobody can be asked. What you entered is kept; try again.");
        }

        RunState run = state.Runs.Values.LastOrDefault(r => r.Plan.Dataset == dataset && !r.Models.IsEmpty)
            ?? throw new PrivatePredictionException($"There is no verified model for {dataset} yet: a training run has "
                + "to finish its first round.");
        Member self = state.Members.Values.First(m => m.Name == options.Member);
        return (new PredictionTerms(genesis.Hash(), self.Id, [.. run.Plan.Committee.Select(id => state.Members[id])],
            run.Plan.Architecture, run.Plan.Format, run.Model), run);
    }

    private static long[] Encode(float[] record, RunPlan plan)
    {
        if (record.Length != plan.Architecture.Input.Elements)
        {
            throw new PrivatePredictionException($"The record has {record.Length} values, the model takes "
                + $"{plan.Architecture.Input.Elements}: another data set is in use here than the model learned from.");
        }

        var encoded = new long[record.Length];
        for (int i = 0; i < record.Length; i++)
        {
            if (!plan.Format.TryEncode(record[i], out encoded[i]))
            {
                throw new PrivatePredictionException(
                    $"Value {i + 1} of the record is not between +-{plan.Format.MagnitudeMax}.");
            }
        }

        return encoded;
    }

    private async Task<byte[]> AskValidatorAsync(
        Member validator, ReadOnlyMemory<byte> question, CancellationToken cancellation)
    {
        try
        {
            return await feed.PredictAsync(validator.Id, question, cancellation);
        }
        catch (ClientApiException e)
        {
            throw new PredictionException(e.Message, e);
        }
    }
}
