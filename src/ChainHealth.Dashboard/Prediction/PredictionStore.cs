using System.Diagnostics;
using System.Security.Claims;
using ChainHealth.Client;
using ChainHealth.Dashboard.Audit;
using ChainHealth.Dashboard.Edges;
using ChainHealth.Primitives;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Prediction;

/// <summary>Asks an edge server and keeps its answers for the person who asked, and for nobody else.</summary>
public sealed class PredictionStore(
    EdgeBoard edges, IDbContextFactory<RecordsDb> databases, AuditLog audit, TimeProvider time)
{
    public const int HistoryMax = 100;

    /// <returns>Under which the answer is kept.</returns>
    /// <exception cref="EdgeCallException">There is no answer; the message says why.</exception>
    public async Task<string> AskAsync(
        ClaimsPrincipal person, string from, Member server, PredictQuestion question, string source,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(server);
        long began = Stopwatch.GetTimestamp();
        PredictAnswer answer = await edges.AskAsync(server.Id, EdgeCalls.Predict, question, cancellation);
        var batch = new PredictionBatch
        {
            Owner = Id(person),
            AtUtc = time.GetUtcNow().UtcDateTime,
            Dataset = answer.Dataset,
            Source = source,
            Model = answer.Model.ToString(),
            Run = answer.Run.Value,
            Round = answer.Round,
            Server = server.Name,
            Records = answer.Records.Length,
            Found = answer.Records.Count(r => r.Found),
            Unsure = answer.Records.Count(r => r.Unsure),
            Milliseconds = (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds,
            Answers = Convert.ToBase64String(PredictAnswer.Codec.Encode(answer)),
        };
        await using RecordsDb db = await databases.CreateDbContextAsync(cancellation);
        db.Predictions.Add(batch);
        await db.SaveChangesAsync(cancellation);
        await audit.WriteAsync(
            person, AuditAct.Predicted, $"{Chain.Text.Count(batch.Records, "record")} of {batch.Dataset}, {source}",
            from);
        return batch.Id;
    }

    /// <summary>Keeps that a private question was asked, of which model, and what it cost; nothing of the answer.
    /// </summary>
    public async Task KeepPrivateAsync(
        ClaimsPrincipal person, PrivateAnswer answer, string source, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(answer);
        await using RecordsDb db = await databases.CreateDbContextAsync(cancellation);
        db.Predictions.Add(new PredictionBatch
        {
            Owner = Id(person),
            AtUtc = time.GetUtcNow().UtcDateTime,
            Dataset = answer.Dataset,
            Source = source,
            Model = answer.Scores.Model.ToString(),
            Run = answer.Run.Value,
            Round = answer.Round,
            Server = answer.Scores.Silent is null ? "four validators" : "three validators",
            Records = 1,
            Private = true,
            Milliseconds = (long)(answer.Scores.Seconds * 1000),
            BytesSent = answer.Scores.BytesSent,
            Exchanges = answer.Scores.Exchanges,
        });
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Newest first, without the answers.</summary>
    public async Task<IReadOnlyList<PredictionBatch>> HistoryAsync(
        ClaimsPrincipal person, CancellationToken cancellation)
    {
        string owner = Id(person);
        await using RecordsDb db = await databases.CreateDbContextAsync(cancellation);
        return await db.Predictions.AsNoTracking().Where(b => b.Owner == owner).OrderByDescending(b => b.AtUtc)
            .Take(HistoryMax).Select(b => new PredictionBatch
            {
                Id = b.Id, AtUtc = b.AtUtc, Dataset = b.Dataset, Source = b.Source, Records = b.Records,
                Found = b.Found, Unsure = b.Unsure, Server = b.Server, Model = b.Model, Private = b.Private,
                Milliseconds = b.Milliseconds, BytesSent = b.BytesSent, Exchanges = b.Exchanges,
            }).ToListAsync(cancellation);
    }

    /// <summary>Null where there is none, or it is another person's.</summary>
    public async Task<(PredictionBatch Batch, PredictAnswer Answer)?> FindAsync(
        ClaimsPrincipal person, string id, CancellationToken cancellation)
    {
        string owner = Id(person);
        await using RecordsDb db = await databases.CreateDbContextAsync(cancellation);
        PredictionBatch? batch = await db.Predictions.AsNoTracking()
            .FirstOrDefaultAsync(b => b.Id == id && b.Owner == owner && !b.Private, cancellation);
        return batch is not null && PredictAnswer.Codec.TryDecode(
            Convert.FromBase64String(batch.Answers), out PredictAnswer answer, out _) ? (batch, answer) : null;
    }

    private static string Id(ClaimsPrincipal person) => person.FindFirstValue(ClaimTypes.NameIdentifier)
        ?? throw new InvalidOperationException("nobody is logged in");
}
