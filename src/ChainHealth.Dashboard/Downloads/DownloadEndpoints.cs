using System.Collections.Immutable;
using System.Globalization;
using ChainHealth.Client;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Dashboard.Charts;
using ChainHealth.Dashboard.Components.Layout;
using ChainHealth.Dashboard.Edges;
using ChainHealth.Dashboard.Identity;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.AspNetCore.Authorization;

namespace ChainHealth.Dashboard.Downloads;

/// <summary>Files that pages offer. Each asks for its role by itself: a link that was copied gives nothing
/// away.</summary>
public static class DownloadEndpoints
{
    private const int BlocksMax = 5000;

    private static readonly AuthorizeAttribute Watchers = new() { Roles = Roles.MayWatch };
    private static readonly AuthorizeAttribute Models = new() { Roles = Roles.MayWatch + "," + Roles.User };

    public static void MapDownloads(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapGet("/results/{run:int}/updates.{format}", UpdatesOf).RequireAuthorization(Watchers);
        app.MapGet("/results/{run:int}/tests.{format}", TestsOfAsync).RequireAuthorization(Watchers);
        app.MapGet("/results/{run:int}/accuracy.svg", PlotOf).RequireAuthorization(Watchers);
        app.MapGet(Urls.ChainFile, BlocksAsync).RequireAuthorization(Watchers);
        app.MapGet("/chain/tx/{id}/proof", TransactionProofAsync).RequireAuthorization(Watchers);
        app.MapGet("/rounds/{run:int}/{round:int}/proof", VerdictProofAsync).RequireAuthorization(Watchers);
        app.MapGet("/models/{id}/proof", ModelProofAsync).RequireAuthorization(Models);
        app.MapGet("/models/{id}/bytes", BytesAsync).RequireAuthorization(Models);
        app.MapGet("/models/{id}/onnx", OnnxAsync).RequireAuthorization(Models);
        app.MapGet(Urls.Backup, AccountsBackup.FileAsync)
            .RequireAuthorization(new AuthorizeAttribute { Roles = Roles.Provider });
    }

    /// <summary>404 where the format is none.</summary>
    public static IResult File(Sheet sheet, string format)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        return format switch
        {
            "csv" => Results.File(SheetFiles.Csv(sheet), SheetFiles.CsvType, sheet.Name + ".csv"),
            "xlsx" => Results.File(SheetFiles.Xlsx(sheet), SheetFiles.XlsxType, sheet.Name + ".xlsx"),
            "json" => Results.File(SheetFiles.Json(sheet), SheetFiles.JsonType, sheet.Name + ".json"),
            _ => Results.NotFound(),
        };
    }

    private static RunState? RunOf(ChainFeed feed, int run) =>
        run > 0 ? feed.Now.Snapshot?.State.Runs.GetValueOrDefault(new RunId((uint)run)) : null;

    private static IResult UpdatesOf(int run, string format, ChainFeed feed) =>
        RunOf(feed, run) is { } found ? File(RunSheets.Updates(found, feed.Now.NameOf), format) : Results.NotFound();

    private static async Task<IResult> TestsOfAsync(
        int run, string format, ChainFeed feed, EdgeBoard edges, CancellationToken cancellation) =>
        RunOf(feed, run) is { } found
            ? File(RunSheets.Measured(
                found, await RunFigures.AskAsync(edges, found, cancellation), feed.Now.NameOf), format)
            : Results.NotFound();

    private static IResult PlotOf(int run, ChainFeed feed)
    {
        if (RunOf(feed, run) is not { } found)
        {
            return Results.NotFound();
        }

        (double X, double Y)[] points = [.. found.Records.Where(r => r.Metrics is not null)
            .Select(r => ((double)r.Number, r.Metrics!.Accuracy / 10.0))];
        string svg = Plots.Lines(
            [new Curve("global model", points, Look.Blue)], $"Accuracy by round, run {found.Id}", "round");
        return Results.File(
            System.Text.Encoding.UTF8.GetBytes(svg), "image/svg+xml", $"run-{found.Id}-accuracy.svg");
    }

    private static async Task<IResult> BlocksAsync(
        ulong from, ulong to, string format, ChainFeed feed, CancellationToken cancellation)
    {
        if (from < 1 || to < from || to - from >= BlocksMax)
        {
            return Results.BadRequest($"a range of 1 to {BlocksMax} blocks is wanted, from height 1 on");
        }

        var blocks = ImmutableArray.CreateBuilder<CertifiedBlock>();
        for (ulong next = from; next <= to;)
        {
            int count = (int)Math.Min(to - next + 1, ChainFeed.BlocksAtOnce);
            ImmutableArray<CertifiedBlock> more = await feed.GetBlocksAsync(new Height(next), count, cancellation);
            blocks.AddRange(more);
            next = more.IsEmpty ? to + 1 : more[^1].Block.Header.Height.Value + 1;
        }

        Sheet sheet = RunSheets.Blocks(blocks, feed.Now.NameOf);
        string name = string.Create(CultureInfo.InvariantCulture, $"blocks-{from}-{to}");
        return File(sheet with { Name = name }, format);
    }

    private static async Task<IResult> ModelProofAsync(string id, ChainFeed feed, CancellationToken cancellation) =>
        feed.Now.Snapshot is { } now && ModelStory.Find(now.State, id) is { } model
            ? await ProofAsync(
                feed, new ModelQuestion(model.Run.Id, model.Record.Number), $"model-{model.Hash.Short}", cancellation)
            : Results.NotFound();

    private static async Task<IResult> TransactionProofAsync(
        string id, ChainFeed feed, CancellationToken cancellation) =>
        Digest.TryParse(id, out Digest digest)
        && await feed.FindTransactionAsync(digest, cancellation) is { } found
            ? await ProofAsync(
                feed, new TransactionQuestion(found.Block.Block.Header.Height, digest), $"transaction-{digest.Short}",
                cancellation)
            : Results.NotFound();

    private static Task<IResult> VerdictProofAsync(
        int run, int round, ChainFeed feed, CancellationToken cancellation) =>
        run < 1 ? Task.FromResult(Results.NotFound()) : ProofAsync(
            feed, new VerdictQuestion(new RunId((uint)run), round), $"verdicts-{run}-{round}", cancellation);

    private static async Task<IResult> ProofAsync(
        ChainFeed feed, ProofQuestion question, string name, CancellationToken cancellation) =>
        await feed.ProveAsync(question, cancellation) is { } proof
            ? Results.File(ChainProofCodec.Encode(proof), "application/octet-stream", name + ".proof")
            : Results.NotFound();

    private static async Task<IResult> BytesAsync(string id, ChainFeed feed, CancellationToken cancellation) =>
        feed.Now.Snapshot is { } now && ModelStory.Find(now.State, id) is { } model
        && await feed.GetModelAsync(model.Hash, cancellation) is { } bytes
            ? Results.File(bytes, "application/octet-stream", $"model-{model.Hash.Short}.model")
            : Results.NotFound();

    private static async Task<IResult> OnnxAsync(string id, ChainFeed feed, CancellationToken cancellation)
    {
        if (feed.Now.Snapshot is not { } now || ModelStory.Find(now.State, id) is not { } story
            || await feed.GetModelAsync(story.Hash, cancellation) is not { } bytes
            || GlobalModel.TryDecode(bytes, story.Run.Plan.Architecture, out _) is not { } model)
        {
            return Results.NotFound();
        }

        byte[] file = OnnxFile.Encode(
            story.Run.Plan.Architecture, model,
            $"{story.Run.Plan.Title}; run {story.Run.Id}, round {story.Record.Number}; not for diagnosis");
        return Results.File(file, "application/octet-stream", $"model-{model.Hash.Short}.onnx");
    }
}
