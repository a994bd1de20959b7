using System.Collections.Immutable;
using System.CommandLine;
using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>chainhealth chain prove tx | verdict | model | member | anchor: writes a file that shows one fact to anyone
/// who has the genesis.</summary>
public static class ChainProveCommand
{
    public static Command Create(Terminal terminal)
    {
        var run = new Argument<uint>("RUN") { Description = "Number of the run." };
        var round = new Argument<int>("ROUND") { Description = "Number of the round." };
        var name = new Argument<string>("NAME") { Description = "Name of the member." };
        var id = new Argument<string>("ID") { Description = "64 hexadecimal digits." };
        var number = new Argument<int>("NUMBER")
        {
            Description = "Counts the member's anchors from 1; 0 is the newest.", DefaultValueFactory = _ => 0,
        };
        return new Command("prove", "Write a proof of one fact, for 'chainhealth verify' and for offline use.")
        {
            Prove(terminal, "tx", "That a transaction stands in a block.", "tx ID", [id],
                (parsed, door, cancellation) => TransactionAsync(door, parsed.GetValue(id)!, cancellation)),
            Prove(terminal, "verdict", "The verdicts of a round.", "verdict 1 2", [run, round],
                (parsed, _, _) => Of(new VerdictQuestion(new RunId(parsed.GetValue(run)), parsed.GetValue(round)))),
            Prove(terminal, "model", "That a model is final.", "model 1 2", [run, round],
                (parsed, _, _) => Of(new ModelQuestion(new RunId(parsed.GetValue(run)), parsed.GetValue(round)))),
            Prove(terminal, "member", "A member's keys, role and standing.", "member hospital-1", [name],
                async (parsed, door, cancellation) => new MemberQuestion(
                    await MemberAsync(door, parsed.GetValue(name)!, cancellation))),
            Prove(terminal, "anchor", "An anchored data set or audit log.", "anchor hospital-1", [name, number],
                async (parsed, door, cancellation) => new AnchorQuestion(
                    await MemberAsync(door, parsed.GetValue(name)!, cancellation), parsed.GetValue(number))),
        };
    }

    private static Command Prove(
        Terminal terminal, string name, string help, string example, Symbol[] arguments,
        Func<ParseResult, ChainDoor, CancellationToken, Task<ProofQuestion>> ask)
    {
        var output = new Option<string>("--out") { Description = "Write it here.", HelpName = "FILE", Required = true };
        return ChainCommand.With(
            name, $"{help}\n\nExample:\n  chainhealth chain prove {example} --network DIR --out FILE",
            [.. arguments, output],
            async (parsed, door, json, cancellation) =>
            {
                await door.NowAsync(cancellation);
                ProofQuestion question = await ask(parsed, door, cancellation);
                ChainProof proof = await door.Chain.ProveAsync(question, cancellation);
                string file = parsed.GetValue(output)!;
                byte[] bytes = ChainProofCodec.Encode(proof);
                await File.WriteAllBytesAsync(file, bytes, cancellation);
                Show(terminal, proof, file, bytes.Length, json);
            });
    }

    private static Task<ProofQuestion> Of(ProofQuestion question) => Task.FromResult(question);

    private static async Task<ProofQuestion> TransactionAsync(
        ChainDoor door, string text, CancellationToken cancellation)
    {
        Digest id = TransactionWords.RequireId(text);
        LocatedTransaction found = await door.Chain.FindTransactionAsync(id, cancellation)
            ?? throw UserError.Failure(
                $"no block holds transaction {id.Short}", "look at the blocks: chainhealth chain blocks --network DIR");
        return new TransactionQuestion(found.Block.Block.Header.Height, id);
    }

    private static async Task<MemberId> MemberAsync(ChainDoor door, string name, CancellationToken cancellation)
    {
        ImmutableSortedDictionary<MemberId, Member> members = (await door.NowAsync(cancellation)).State.Members;
        return members.Values.FirstOrDefault(m => m.Name == name)?.Id
            ?? throw new UserError(
                $"the chain has no member '{name}'",
                "its members are " + string.Join(", ", members.Values.Select(m => m.Name)));
    }

    private static void Show(Terminal terminal, ChainProof proof, string file, int bytes, bool json)
    {
        if (json)
        {
            terminal.Json(new
            {
                File = Path.GetFullPath(file), Bytes = bytes, Claim = proof.Claim.Text,
                Height = proof.Header.Height.Value, Block = proof.Header.Hash().ToString(),
            });
            return;
        }

        terminal.Line($"{proof.Claim.Text}, as of block {proof.Header.Height}");
        terminal.Line($"{file}: {bytes} bytes; check it: chainhealth verify {file} --genesis genesis.bin");
    }
}
