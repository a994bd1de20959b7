using System.Collections.Immutable;
using System.Security.Claims;
using ChainHealth.Client;
using ChainHealth.Dashboard.Downloads;
using ChainHealth.Dashboard.Identity;
using Microsoft.AspNetCore.Authorization;

namespace ChainHealth.Dashboard.Prediction;

/// <summary>Answers as files: CSV, XLSX and JSON.</summary>
public static class PredictionFiles
{
    public static void MapPredictionFiles(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapGet("/predict/{id}/{format}", FileAsync)
            .RequireAuthorization(new AuthorizeAttribute { Roles = Roles.MayPredict });
    }

    public static Sheet SheetOf(PredictionBatch batch, PredictAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(answer);
        string proof = Urls.ModelProof(batch.Model);
        return new Sheet(
            $"prediction-{batch.Id[..8]}",
            ["record", "poisoning status", "probability", "label", "diagnosis", "diagnosis probability", "sure",
                "reasons", "data set", "model", "run", "round", "model proof", "asked at (UTC)", "note"],
            [
                .. answer.Records.Select(r => ImmutableArray.Create<object?>(
                    r.Name, r.Found ? "found" : "not found", r.ProbabilityMille / 1000.0,
                    r.Label < 0 ? null : answer.ClassNames[r.Label], answer.ClassNames[r.Diagnosis],
                    r.PerClassMille[r.Diagnosis] / 1000.0, r.Unsure ? "unsure" : "sure",
                    string.Join(' ', r.Reasons.Select(x => x.Text)), batch.Dataset, batch.Model, batch.Run,
                    batch.Round, proof, batch.AtUtc.ToString("u"), "not for diagnosis")),
            ]);
    }

    private static async Task<IResult> FileAsync(
        string id, string format, ClaimsPrincipal person, PredictionStore store,
        CancellationToken cancellation) =>
        await store.FindAsync(person, id, cancellation) is { } found
            ? DownloadEndpoints.File(SheetOf(found.Batch, found.Answer), format) : Results.NotFound();
}
