using System.CommandLine;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>chainhealth chain model: fetches a final model and the proof that it is final.</summary>
public static class ChainModelCommand
{
    private const string Help =
        """
        Fetch a final model, checked against its hash, and the proof that a quorum computed it.

        Example:
          chainhealth chain model --network DIR --run 1 --round 3 --out model.bin --proof model.proof
          chainhealth verify model.proof --genesis DIR/genesis.bin --model model.bin
        """;

    public static Command Create(Terminal terminal)
    {
        var run = new Option<uint?>("--run") { Description = "By default the newest.", HelpName = "N" };
        var round = new Option<int?>("--round") { Description = "By default the last with a model.", HelpName = "N" };
        var output = new Option<string?>("--out") { Description = "Write the model here.", HelpName = "FILE" };
        var proof = new Option<string?>("--proof") { Description = "Write the proof here.", HelpName = "FILE" };
        Symbol[] symbols = [run, round, output, proof];
        return ChainCommand.With("model", Help, symbols, async (parsed, door, json, cancellation) =>
        {
            IChainClient chain = door.Chain;
            LedgerState state = (await door.NowAsync(cancellation)).State;
            FinalModel model = Find(state, parsed.GetValue(run), parsed.GetValue(round));
            if (parsed.GetValue(output) is string modelFile)
            {
                byte[] bytes = await chain.GetModelAsync(model.Model, cancellation);
                await File.WriteAllBytesAsync(modelFile, bytes, cancellation);
            }

            if (parsed.GetValue(proof) is string proofFile)
            {
                ChainProof shown = await chain.ProveAsync(new ModelQuestion(model.Run, model.Round), cancellation);
                await File.WriteAllBytesAsync(proofFile, ChainProofCodec.Encode(shown), cancellation);
            }

            Show(terminal, model, json);
        });
    }

    private static FinalModel Find(LedgerState state, uint? run, int? round)
    {
        IEnumerable<FinalModel> models = state.Runs.Values.SelectMany(r => r.Models)
            .Where(m => (run is null || m.Run.Value == run) && (round is null || m.Round == round));
        return models.OrderBy(m => (m.Run, m.Round)).LastOrDefault() ?? throw UserError.Failure(
            "the chain holds no such final model", "see the rounds: chainhealth run status --network DIR");
    }

    private static void Show(Terminal terminal, FinalModel model, bool json)
    {
        if (json)
        {
            terminal.Json(new
            {
                Run = model.Run.Value, model.Round, Model = model.Model.ToString(),
                Architecture = model.Architecture.ToString(), model.AcceptedUpdates,
            });
            return;
        }

        terminal.Line($"model         {model.Model}");
        terminal.Line($"of            run {model.Run}, round {model.Round}, {model.AcceptedUpdates} updates");
        terminal.Line($"architecture  {model.Architecture}");
    }
}
