//! The names of all cases, so that each is a test of its own: `cases!(tests)` calls `tests!` with them. That none is
//! missing is a test as well.

macro_rules! cases {
    ($each:ident) => {
        $each! {
            decode:
            one_frame_in_one_message one_frame_in_three_messages one_frame_byte_by_byte three_frames_in_one_message
            one_and_a_half_frames line_feeds_between_frames crlf_between_frames_in_1_2 crlf_split_between_messages
            crlf_line_ends_in_1_2 crlf_is_no_line_end_before_1_2 crlf_between_frames_before_1_2
            carriage_return_without_line_feed carriage_return_in_a_command nul_between_frames
            an_http_response_is_not_stomp html_is_not_stomp tls_is_not_stomp a_command_with_a_space
            a_command_of_many_letters every_escape_of_1_2 every_escape_of_1_1 no_escape_in_1_0
            a_windows_path_arrives_as_it_was backslashes_in_a_row an_escape_cut_in_two an_undefined_escape_is_fatal
            an_undefined_escape_in_a_name the_escape_r_is_undefined_in_1_1 a_backslash_at_the_end_of_a_value
            a_backslash_before_a_letter_that_is_not_ascii escapes_are_case_sensitive header_values_are_not_trimmed
            tabs_are_not_trimmed an_empty_value a_colon_in_a_value a_carriage_return_inside_a_value
            a_carriage_return_at_the_end_before_1_2 two_carriage_returns_at_the_end
            the_first_of_repeated_headers_wins names_that_javascript_treats_specially names_are_case_sensitive
            headers_in_utf_8 a_byte_order_mark_in_a_header a_header_cut_inside_a_character a_nul_in_a_header_value
            a_header_that_is_not_utf_8 a_header_line_without_a_colon a_header_without_a_name a_thousand_headers
            a_thousand_and_one_headers two_hundred_thousand_headers a_header_line_of_64_kib
            a_header_line_longer_than_64_kib a_header_line_that_does_not_end an_empty_body
            a_body_by_its_content_length a_content_length_counts_bytes a_content_length_of_zero
            a_content_length_with_leading_zeros a_body_without_content_length line_ends_in_a_body
            a_body_that_looks_like_a_frame a_sized_body_in_pieces an_open_body_in_pieces
            the_first_content_length_wins a_body_longer_than_its_content_length
            a_body_longer_than_its_content_length_in_pieces a_content_length_of_letters
            a_content_length_that_is_negative a_content_length_that_is_empty a_content_length_with_a_plus
            a_content_length_with_a_point a_content_length_with_a_space a_content_length_in_hexadecimal
            a_content_length_over_the_limit a_content_length_too_large_to_count a_50_mb_frame a_frame_over_the_limit
            a_body_in_a_frame_that_has_none a_content_length_in_a_frame_that_has_no_body
            a_missing_nul_is_noticed_in_the_next_frame a_byte_order_mark_in_text a_byte_order_mark_in_bytes
            an_emoji_cut_in_two an_emoji_cut_in_four a_body_of_any_bytes a_large_body_in_pieces;
            encode:
            a_plain_message a_message_without_body everything_is_escaped_in_1_2
            a_carriage_return_has_no_escape_in_1_1 a_windows_path_is_escaped a_windows_path_in_1_0
            a_newline_injects_no_header a_newline_injects_no_header_in_1_0 a_newline_in_a_name_in_1_0
            a_colon_in_a_name_in_1_0 a_carriage_return_in_1_0 a_colon_in_a_name_is_escaped
            spaces_are_sent_as_they_are an_empty_value_is_sent a_header_without_a_name_is_refused
            special_names_of_javascript_are_sent headers_are_sent_in_utf_8 the_content_length_counts_bytes
            a_content_length_of_the_caller_is_not_sent a_body_with_nul_has_a_content_length
            a_body_with_nul_has_one_though_it_is_to_be_left_out a_content_length_may_be_left_out
            a_byte_order_mark_is_sent bytes_are_sent_as_they_are;
        }
    };
}
