# A message centre made of Perl's Net::SMPP: perl centre.pl SYSTEM_ID PASSWORD
#
# It prints what happens, one JSON object a line. As some real ones do, it answers with ids in hexadecimal and names
# them in decimal, with leading zeros, in its receipts.
use strict;
use warnings;
use JSON::PP;
use Net::SMPP;

use constant { ESME_RINVPASWD => 0x0E, RECEIPT => 0x04 };

my ($system_id, $password) = @ARGV;
my $id = 0x0A00_0000;
$| = 1;

sub say_event { print encode_json({@_}), "\n" }

sub send_receipt {
    my ($session, $message, $receipt_id) = @_;
    $session->deliver_sm(
        async            => 1,
        source_addr      => $message->{destination_addr},
        destination_addr => $message->{source_addr},
        esm_class        => RECEIPT,
        short_message    => sprintf('id:%010d sub:001 dlvrd:001 submit date:2601050900 done date:2601050901 '
                . 'stat:DELIVRD err:000 text:', $receipt_id));
}

my %on = (
    bind_transceiver => sub {
        my ($session, $pdu) = @_;
        my $known = $pdu->{system_id} eq $system_id && $pdu->{password} eq $password;
        $session->bind_transceiver_resp(seq => $pdu->{seq}, system_id => 'centre', status => $known ? 0 : ESME_RINVPASWD);
        say_event(event => $known ? 'bound' : 'bind_refused', command => 'bind_transceiver');
    },
    submit_sm => sub {
        my ($session, $pdu) = @_;
        ++$id;
        $session->submit_sm_resp(seq => $pdu->{seq}, message_id => sprintf('%x', $id));
        say_event(
            event  => 'submit',
            to     => "+$pdu->{destination_addr}",
            from   => $pdu->{source_addr},
            text   => $pdu->{short_message},
            id     => $id,
            answer => 'take');
        send_receipt($session, $pdu, $id);
    },
    deliver_sm_resp => sub { say_event(event => 'receipt_answered', status => $_[1]{status}) },
    enquire_link    => sub { $_[0]->enquire_link_resp(seq => $_[1]{seq}) },
    unbind          => sub { $_[0]->unbind_resp(seq => $_[1]{seq}) },
);

my $listener = Net::SMPP->new_listen('127.0.0.1', port => 0) or die "cannot listen: $!";
say_event(event => 'ready', port => $listener->sockport);
while (my $session = $listener->accept) {
    while (my $pdu = $session->read_pdu) {
        my $handler = $on{$pdu->explain_cmd} or die 'what is ' . $pdu->explain_cmd;
        $handler->($session, $pdu);
    }
}
