using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>Judges records that a member sends, with the newest global model that the chain holds as final. Keeps
/// nothing of them. One question at a time: judging takes all of a core.</summary>
internal sealed class PredictionDesk(EdgeContext context, AnchorBook book)
{
    private const ulong Seed = 1;

    private readonly SemaphoreSlim _turn = new(1);
    private (Digest Model, Dataset Dataset, RecordScreen Screen)? _ready;

    /// <exception cref="EdgeCallException">No model yet, or the file is wrong; the message says where.</exception>
    public async Task<PredictAnswer> PredictAsync(PredictQuestion question, CancellationToken cancellation)
    {
        Dataset dataset = context.Dataset;
        RunState run = NewestRun(dataset);
        FinalModel final = run.Models[^1];
        await _turn.WaitAsync(cancellation);
        try
        {
            SubmittedRecords submitted = Read(question, dataset);
            RecordScreen screen = await ScreenAsync(dataset, run, final.Model, cancellation);
            RecordFinding[] findings = await Task.Run(
                () => screen.Judge(screen.Look(submitted.Records), submitted.Records.Labels), cancellation);
            AnchoredRecords? anchored = book.Open(dataset.Name, context.Monitor.State!, context.Self);
            var words = new FindingWords(dataset.Schema, context.Identity.Member.Name);
            return new PredictAnswer(
                dataset.Name, dataset.Schema.ClassNames, run.Id, final.Round, final.Model,
                submitted.Labels.Any(l => l >= 0),
                [.. findings.Select((f, i) => words.Answer(submitted, i, f, Look(anchored, submitted, i)))]);
        }
        catch (Exception e) when (e is DatasetException or InvalidDataException)
        {
            throw new EdgeCallException(EdgeFault.Refused, e.Message, e);
        }
        finally
        {
            _turn.Release();
        }
    }

    private AnchorLook? Look(AnchoredRecords? anchored, SubmittedRecords submitted, int index)
    {
        if (anchored is null)
        {
            return null;
        }

        ReadOnlySpan<float> values = submitted.Records[index];
        int label = submitted.Labels[index];
        return anchored.Find(book.LeafOf(values, label), book.ValuesOf(values), submitted.Numbers[index], label)
            is { } found ? new AnchorLook(found.Same, found.Place, anchored.Anchor) : null;
    }

    private RunState NewestRun(Dataset dataset) => context.Monitor.State?.Runs.Values
        .LastOrDefault(r => !r.Models.IsEmpty && r.Plan.Dataset == dataset.Name && context.Misfit(r.Plan) is null)
        ?? throw new EdgeCallException(EdgeFault.Refused, $"there is no verified model for {dataset.Name} yet: "
            + "a training run has to finish its first round");

    private static SubmittedRecords Read(PredictQuestion question, Dataset dataset)
    {
        string name = Path.GetFileName(question.FileName);
        string path = Path.Combine(Path.GetTempPath(), $"chainhealth-{Guid.NewGuid():n}{Path.GetExtension(name)}");
        try
        {
            File.WriteAllBytes(path, question.Content.Span);
            return SubmittedRecords.Read(path, name, dataset.Schema, PredictQuestion.RecordsMax);
        }
        catch (DatasetException e)
        {
            throw new DatasetException(e.Message.Replace(path, name, StringComparison.Ordinal), e);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Made once for each model: seconds for a few thousand pool records.</summary>
    private async Task<RecordScreen> ScreenAsync(
        Dataset dataset, RunState run, Digest hash, CancellationToken cancellation)
    {
        if (_ready is { } ready && ready.Model == hash && ready.Dataset == dataset)
        {
            return ready.Screen;
        }

        GlobalModel model = await context.Models.GetAsync(context.Chain, run.Plan, hash, cancellation);
        float[] weights = ParameterVector.FromFixedPoint(
            run.Plan.Architecture, model.Weights.AsSpan(), run.Plan.Format);
        Records pool = ScreeningPool.Of(dataset).Pool;
        if (pool.Count < RecordScreen.RecordsMin)
        {
            throw new EdgeCallException(EdgeFault.Refused,
                $"{dataset.Name} has {pool.Count} records known to be right; at least {RecordScreen.RecordsMin} are "
                + "needed to judge others");
        }

        RecordScreen screen = await Task.Run(
            () => RecordScreen.Train(run.Plan.Architecture, weights, pool, Seed), cancellation);
        _ready = (hash, dataset, screen);
        return screen;
    }
}

/// <summary>What the anchored data set says of a record.</summary>
internal sealed record AnchorLook(bool Same, int Place, DatasetAnchor Anchor);
