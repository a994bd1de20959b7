using System.CommandLine;
using ChainHealth.Client;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>chainhealth network vote admit | suspend | reinstate | rotate: votes on a member, with the keys of the
/// validators whose folders are here.</summary>
public static class NetworkVoteCommand
{
    public static Command Create(Terminal terminal) =>
        new("vote", "Vote on members with the keys of validators; 2f+1 equal votes decide.")
        {
            Admit(terminal), Suspend(terminal), Reinstate(terminal), Rotate(terminal),
        };

    private static Command Admit(Terminal terminal)
    {
        var candidate = new Argument<string>("CANDIDATE")
        {
            Description = "A file from 'network enrol --out', or the name of a candidate: one that the chain is voting "
                + "on, or one in the network folder.",
        };
        return Vote(
            terminal, "admit", "Admit a candidate.", "admit hospital-new", [candidate],
            (parsed, network, state) => new AdmitMemberBody(
                CandidateOf(network, parsed.GetValue(candidate)!, state)));
    }

    private static Command Suspend(Terminal terminal)
    {
        Argument<string> name = Name();
        Option<ulong> from = From();
        var reason = new Option<string>("--reason") { Description = "Why; on the chain.", Required = true };
        return Vote(
            terminal, "suspend", "Refuse a member's transactions.", "suspend hospital-2 --reason \"key lost\"",
            [name, reason, from],
            (parsed, _, state) => new SuspendMemberBody(
                Require(state, parsed.GetValue(name)!).Id, parsed.GetValue(reason)!,
                new Height(parsed.GetValue(from))));
    }

    private static Command Reinstate(Terminal terminal)
    {
        Argument<string> name = Name();
        Option<ulong> from = From();
        return Vote(
            terminal, "reinstate", "Take a suspension back.", "reinstate hospital-2", [name, from],
            (parsed, _, state) => new ReinstateMemberBody(
                Require(state, parsed.GetValue(name)!).Id, new Height(parsed.GetValue(from))));
    }

    private static Command Rotate(Terminal terminal)
    {
        var record = new Argument<string>("FILE") { Description = "From 'network new-keys --out'." };
        Option<ulong> from = From();
        return Vote(
            terminal, "rotate", "Give a member its new keys.", "rotate hospital-2.keys", [record, from],
            (parsed, _, _) => new RotateMemberKeysBody(
                MemberFiles.Read(parsed.GetValue(record)!), new Height(parsed.GetValue(from))));
    }

    private static Command Vote(
        Terminal terminal, string name, string help, string example, Symbol[] symbols,
        Func<ParseResult, string, LedgerState, TransactionBody> act)
    {
        Option<string> network = SharedOptions.Network();
        var voters = new Option<string[]>("--as")
        {
            Description = "Validators that vote; several may follow.", HelpName = "NAME", Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        string line = $"  chainhealth network vote {example} --network DIR --as validator-1 validator-2 validator-3";
        var command = new Command(name, $"{help}\n\nExample:\n{line}") { network, voters };
        MemberFiles.Add(command, symbols);
        command.SetAction(async (parsed, cancellation) =>
        {
            string folder = SharedOptions.RequireNetwork(parsed.GetValue(network)!);
            foreach (string voter in parsed.GetValue(voters)!)
            {
                await using ChainDoor door = ChainDoor.Open(folder, voter);
                LedgerState state = (await door.NowAsync(cancellation)).State;
                Receipt receipt = await door.Chain.SubmitAsync(act(parsed, folder, state), cancellation);
                terminal.Line($"{voter}: voted in block {receipt.Height}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Member CandidateOf(string network, string candidate, LedgerState state)
    {
        if (File.Exists(candidate))
        {
            return MemberFiles.Read(candidate);
        }

        AdmitMemberBody? proposed = state.Motions.Open.Values.Select(m => m.Act).OfType<AdmitMemberBody>()
            .FirstOrDefault(a => a.Member.Name == candidate);
        if (proposed is not null)
        {
            return proposed.Member;
        }

        using MemberIdentity identity = MemberIdentity.Load(network, candidate);
        return identity.Member with { Id = default };
    }

    private static Member Require(LedgerState state, string name) =>
        state.Members.Values.FirstOrDefault(m => m.Name == name) ?? throw new UserError(
            $"the chain has no member '{name}'",
            "its members are " + string.Join(", ", state.Members.Values.Select(m => m.Name)));

    private static Argument<string> Name() => new("NAME") { Description = "Name of the member." };

    private static Option<ulong> From() => new("--from")
    {
        Description = "First block in which it is in force; by default the one after the decision.",
        HelpName = "HEIGHT",
    };
}
