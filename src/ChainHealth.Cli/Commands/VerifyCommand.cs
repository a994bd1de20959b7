using System.Collections.Immutable;
using System.CommandLine;
using ChainHealth.Client;
using ChainHealth.Ledger;
using Spectre.Console;

namespace ChainHealth.Cli;

/// <summary>chainhealth verify: judges a proof from the genesis alone, without a network.</summary>
public static class VerifyCommand
{
    private const int GenesisBytesMax = 1024 * 1024;

    private const string Help =
        """
        Check, from the genesis alone and without a network, what a proof file claims about the chain: that it holds a
        transaction, the verdicts of a round, a final model, a member or an anchor.

        Example:
          chainhealth chain prove verdict 1 2 --network DIR --out verdict.proof
          chainhealth verify verdict.proof --genesis DIR/genesis.bin
          chainhealth verify model.proof --genesis genesis.bin --model model.bin
        """;

    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "From 'chainhealth chain prove' or the dashboard." };
        var genesis = new Option<string>("--genesis")
        {
            Description = "genesis.bin of the network that you trust.", HelpName = "FILE", Required = true,
        };
        var model = new Option<string?>("--model") { Description = "Check this model file too.", HelpName = "FILE" };
        Option<bool> json = SharedOptions.Json();
        var command = new Command("verify", Help) { file, genesis, model, json };
        command.SetAction(parsed => Verify(
            terminal, parsed.GetValue(file)!, parsed.GetValue(genesis)!, parsed.GetValue(model),
            parsed.GetValue(json)));
        return command;
    }

    private static int Verify(Terminal terminal, string file, string genesisFile, string? modelFile, bool json)
    {
        Genesis genesis = GenesisCodec.TryDecode(Read(genesisFile, GenesisBytesMax), out string? fault)
            ?? throw UserError.Failure($"{genesisFile} is no genesis: {fault}", "give the genesis.bin of the network");
        ChainProof proof = ChainProofCodec.TryDecode(Read(file, ClientLimits.ProofBytesMax), out fault)
            ?? throw UserError.Failure($"{file}: {fault}", "make it again: chainhealth chain prove --help");
        ReadOnlyMemory<byte>? model = null;
        if (modelFile is not null)
        {
            model = Read(modelFile, ClientLimits.ModelBytesMax);
        }

        ImmutableArray<ProofStep> steps = ProofVerifier.Verify(genesis, proof, model);
        bool holds = steps.All(s => s.Holds);
        if (json)
        {
            terminal.Json(new
            {
                Holds = holds,
                Claim = proof.Claim.Text,
                Block = proof.Header.Hash().ToString(),
                Height = proof.Header.Height.Value,
                Model = (proof.Claim as ModelClaim)?.Model.Model.ToString(),
                Steps = steps.Select(s => new { s.Title, s.Detail, s.Holds, s.Fault }),
            });
            return holds ? ExitCode.Done : ExitCode.Failed;
        }

        foreach (ProofStep step in steps)
        {
            string verdict = step.Holds ? "[green]ok[/]    " : "[red]WRONG[/] ";
            string text = $"{step.Title,-26}{step.Fault ?? step.Detail}";
            terminal.Console.MarkupLine(verdict + Markup.Escape(text));
        }

        terminal.Line(holds
            ? $"{proof.Claim.Text}, as of block {proof.Header.Height}"
            : $"the proof does not hold: {steps.First(s => !s.Holds).Fault}");
        return holds ? ExitCode.Done : ExitCode.Failed;
    }

    private static byte[] Read(string path, int bytesMax)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new UserError($"there is no file {path}", "give the path of an existing file");
        }

        return file.Length <= bytesMax
            ? File.ReadAllBytes(path)
            : throw UserError.Failure(
                $"{path} has {file.Length} bytes, at most {bytesMax} are expected", "give another file");
    }
}
