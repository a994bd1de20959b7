using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>Which question at the door goes to whom. A new kind of question gets its line here.</summary>
internal static class FrontDesk
{
    public static EdgeAnswers Of(EdgeContext context, EdgePolicy policy, RehearsalUpdates updates)
    {
        EdgeAnswers answers = new EdgeAnswers()
            .On(EdgeCalls.Status, EdgePolicy.Reads, (_, _, _) => new(context.Monitor.Status(
                context.Dataset.Name, context.Datasets.OwnRecords, context.Rehearsals)))
            .On(EdgeCalls.Dataset, EdgePolicy.Reads, (_, _, _) => new(context.Datasets.Summary()))
            .On(EdgeCalls.Datasets, policy.Operates, (_, _, _) => new(context.Datasets.Offers()))
            .On(EdgeCalls.UseDataset, policy.Operates, (_, name, _) => new(
                context.Datasets.Use(name, OpenRuns(context))))
            .On(EdgeCalls.Results, EdgePolicy.Reads, (_, run, _) => new(context.Results.Of(run)));
        var book = new AnchorBook(Path.Combine(context.Identity.Store, "anchors"));
        var predictions = new PredictionDesk(context, book);
        var anchoring = new AnchorDesk(context, book);
        answers
            .On(EdgeCalls.Predict, EdgePolicy.Reads, async (_, question, stop) =>
                await predictions.PredictAsync(question, stop))
            .On(EdgeCalls.AnchorDataset, EdgePolicy.Reads, async (_, _, stop) => await anchoring.AnchorAsync(stop));
        var uploads = new UploadDesk(context.Datasets, TimeProvider.System);
        answers.On(EdgeCalls.Upload, policy.Operates, async (client, chunk, stop) =>
            await uploads.TakeAsync(client.Id, chunk, stop));
        return context.Identity.Member.Role == MemberRole.Provider
            ? OfProvider(answers, context, policy, updates)
            : answers.On(EdgeCalls.Rehearse, policy.Rehearses, (_, attack, _) =>
            {
                context.Rehearsals.Ask(attack, context.Dataset.Schema.Classes);
                return default;
            });
    }

    private static EdgeAnswers OfProvider(
        EdgeAnswers answers, EdgeContext context, EdgePolicy policy, RehearsalUpdates updates)
    {
        var runs = new RunDesk(context);
        return answers
            .On(EdgeCalls.StartRun, policy.Operates, async (_, wish, stop) => await runs.StartAsync(wish, stop))
            .On(EdgeCalls.StopRun, policy.Operates, async (_, wish, stop) =>
            {
                await runs.StopAsync(wish, stop);
                return default;
            })
            .On(EdgeCalls.RehearsalUpdate, policy.HandsIn, (client, update, _) =>
            {
                updates.Take(client.Id, update, context.Monitor.State?.Runs.GetValueOrDefault(update.Run));
                return default;
            });
    }

    private static IEnumerable<RunState> OpenRuns(EdgeContext context) =>
        context.Monitor.State?.Runs.Values.Where(r => !r.Ended) ?? [];
}
