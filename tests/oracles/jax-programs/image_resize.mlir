"builtin.module"() <{sym_name = "jit_image_resize"}> ({
  "func.func"() <{function_type = (tensor<2x5x6x3xf32>) -> (tensor<2x8x9x3xf32>, tensor<2x3x4x3xf32>, tensor<2x10x6x3xf32>, tensor<2x7x7x3xf32>, tensor<2x6x6x3xf32>, tensor<2xf32>), res_attrs = [{jax.result_info = "result[0]"}, {jax.result_info = "result[1]"}, {jax.result_info = "result[2]"}, {jax.result_info = "result[3]"}, {jax.result_info = "result[4]"}, {jax.result_info = "result[5]"}], sym_name = "main", sym_visibility = "public"}> ({
  ^bb0(%arg88: tensor<2x5x6x3xf32>):
    %593 = "stablehlo.constant"() <{value = dense<5.500000e+00> : tensor<f32>}> : () -> tensor<f32>
    %594 = "stablehlo.constant"() <{value = dense<4.500000e+00> : tensor<f32>}> : () -> tensor<f32>
    %595 = "stablehlo.constant"() <{value = dense<-5.000000e-01> : tensor<f32>}> : () -> tensor<f32>
    %596 = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %597 = "stablehlo.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %598 = "stablehlo.constant"() <{value = dense<1.1920929E-4> : tensor<f32>}> : () -> tensor<f32>
    %599 = "stablehlo.constant"() <{value = dense<0.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %600 = "stablehlo.constant"() <{value = dense<5.000000e-01> : tensor<f32>}> : () -> tensor<f32>
    %601 = "stablehlo.constant"() <{value = dense<1.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %602 = "stablehlo.constant"() <{value = dense<[1.100000e+00, 0.899999976]> : tensor<2xf32>}> : () -> tensor<2xf32>
    %603 = "stablehlo.constant"() <{value = dense<[3.000000e-01, -2.000000e-01]> : tensor<2xf32>}> : () -> tensor<2xf32>
    %604 = "stablehlo.constant"() <{value = dense<[5.000000e-01, 2.200000e+00]> : tensor<2xf32>}> : () -> tensor<2xf32>
    %605 = "stablehlo.constant"() <{value = dense<[1.500000e+00, 3.100000e+00]> : tensor<2xf32>}> : () -> tensor<2xf32>
    %606 = "func.call"(%arg88) <{callee = @_resize}> : (tensor<2x5x6x3xf32>) -> tensor<2x8x9x3xf32>
    %607 = "func.call"(%arg88) <{callee = @_resize_3}> : (tensor<2x5x6x3xf32>) -> tensor<2x3x4x3xf32>
    %608 = "func.call"(%arg88) <{callee = @_resize_12}> : (tensor<2x5x6x3xf32>) -> tensor<2x10x6x3xf32>
    %609 = "func.call"(%arg88) <{callee = @_resize_13}> : (tensor<2x5x6x3xf32>) -> tensor<2x7x7x3xf32>
    %610 = "stablehlo.slice"(%602) <{limit_indices = array<i64: 1>, start_indices = array<i64: 0>, strides = array<i64: 1>}> : (tensor<2xf32>) -> tensor<1xf32>
    %611 = "stablehlo.reshape"(%610) : (tensor<1xf32>) -> tensor<f32>
    %612 = "stablehlo.slice"(%603) <{limit_indices = array<i64: 1>, start_indices = array<i64: 0>, strides = array<i64: 1>}> : (tensor<2xf32>) -> tensor<1xf32>
    %613 = "stablehlo.reshape"(%612) : (tensor<1xf32>) -> tensor<f32>
    %614 = "stablehlo.divide"(%601, %611) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %615 = "stablehlo.maximum"(%614, %601) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %616 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<6xf32>
    %617 = "stablehlo.broadcast_in_dim"(%600) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6xf32>
    %618 = "stablehlo.add"(%616, %617) : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
    %619 = "stablehlo.broadcast_in_dim"(%614) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6xf32>
    %620 = "stablehlo.multiply"(%618, %619) : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
    %621 = "stablehlo.multiply"(%613, %614) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %622 = "stablehlo.broadcast_in_dim"(%621) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6xf32>
    %623 = "stablehlo.subtract"(%620, %622) : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
    %624 = "stablehlo.broadcast_in_dim"(%600) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6xf32>
    %625 = "stablehlo.subtract"(%623, %624) : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
    %626 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<5xf32>
    %627 = "stablehlo.broadcast_in_dim"(%625) <{broadcast_dimensions = array<i64: 1>}> : (tensor<6xf32>) -> tensor<1x6xf32>
    %628 = "stablehlo.broadcast_in_dim"(%626) <{broadcast_dimensions = array<i64: 0>}> : (tensor<5xf32>) -> tensor<5x1xf32>
    %629 = "stablehlo.broadcast_in_dim"(%627) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x6xf32>) -> tensor<5x6xf32>
    %630 = "stablehlo.broadcast_in_dim"(%628) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<5x1xf32>) -> tensor<5x6xf32>
    %631 = "stablehlo.subtract"(%629, %630) : (tensor<5x6xf32>, tensor<5x6xf32>) -> tensor<5x6xf32>
    %632 = "stablehlo.abs"(%631) : (tensor<5x6xf32>) -> tensor<5x6xf32>
    %633 = "stablehlo.broadcast_in_dim"(%615) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x6xf32>
    %634 = "stablehlo.divide"(%632, %633) : (tensor<5x6xf32>, tensor<5x6xf32>) -> tensor<5x6xf32>
    %635 = "stablehlo.abs"(%634) : (tensor<5x6xf32>) -> tensor<5x6xf32>
    %636 = "stablehlo.broadcast_in_dim"(%601) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x6xf32>
    %637 = "stablehlo.subtract"(%636, %635) : (tensor<5x6xf32>, tensor<5x6xf32>) -> tensor<5x6xf32>
    %638 = "stablehlo.broadcast_in_dim"(%599) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x6xf32>
    %639 = "stablehlo.maximum"(%638, %637) : (tensor<5x6xf32>, tensor<5x6xf32>) -> tensor<5x6xf32>
    %640 = "stablehlo.reduce"(%639, %599) <{dimensions = array<i64: 0>}> ({
    ^bb0(%arg91: tensor<f32>, %arg92: tensor<f32>):
      %713 = "stablehlo.add"(%arg91, %arg92) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "stablehlo.return"(%713) : (tensor<f32>) -> ()
    }) : (tensor<5x6xf32>, tensor<f32>) -> tensor<6xf32>
    %641 = "stablehlo.broadcast_in_dim"(%640) <{broadcast_dimensions = array<i64: 1>}> : (tensor<6xf32>) -> tensor<1x6xf32>
    %642 = "stablehlo.abs"(%641) : (tensor<1x6xf32>) -> tensor<1x6xf32>
    %643 = "stablehlo.broadcast_in_dim"(%598) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x6xf32>
    %644 = "stablehlo.compare"(%642, %643) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<1x6xf32>, tensor<1x6xf32>) -> tensor<1x6xi1>
    %645 = "stablehlo.broadcast_in_dim"(%599) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x6xf32>
    %646 = "stablehlo.compare"(%641, %645) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<1x6xf32>, tensor<1x6xf32>) -> tensor<1x6xi1>
    %647 = "func.call"(%646, %641, %597) <{callee = @_where_21}> : (tensor<1x6xi1>, tensor<1x6xf32>, tensor<i32>) -> tensor<1x6xf32>
    %648 = "stablehlo.broadcast_in_dim"(%647) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x6xf32>) -> tensor<5x6xf32>
    %649 = "stablehlo.divide"(%639, %648) : (tensor<5x6xf32>, tensor<5x6xf32>) -> tensor<5x6xf32>
    %650 = "func.call"(%644, %649, %596) <{callee = @_where_22}> : (tensor<1x6xi1>, tensor<5x6xf32>, tensor<i32>) -> tensor<5x6xf32>
    %651 = "stablehlo.broadcast_in_dim"(%595) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6xf32>
    %652 = "stablehlo.compare"(%625, %651) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %653 = "stablehlo.broadcast_in_dim"(%594) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6xf32>
    %654 = "stablehlo.compare"(%625, %653) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction LE>}> : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %655 = "stablehlo.and"(%652, %654) : (tensor<6xi1>, tensor<6xi1>) -> tensor<6xi1>
    %656 = "stablehlo.broadcast_in_dim"(%655) <{broadcast_dimensions = array<i64: 1>}> : (tensor<6xi1>) -> tensor<1x6xi1>
    %657 = "func.call"(%656, %650, %596) <{callee = @_where_22}> : (tensor<1x6xi1>, tensor<5x6xf32>, tensor<i32>) -> tensor<5x6xf32>
    %658 = "stablehlo.slice"(%602) <{limit_indices = array<i64: 2>, start_indices = array<i64: 1>, strides = array<i64: 1>}> : (tensor<2xf32>) -> tensor<1xf32>
    %659 = "stablehlo.reshape"(%658) : (tensor<1xf32>) -> tensor<f32>
    %660 = "stablehlo.slice"(%603) <{limit_indices = array<i64: 2>, start_indices = array<i64: 1>, strides = array<i64: 1>}> : (tensor<2xf32>) -> tensor<1xf32>
    %661 = "stablehlo.reshape"(%660) : (tensor<1xf32>) -> tensor<f32>
    %662 = "stablehlo.divide"(%601, %659) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %663 = "stablehlo.maximum"(%662, %601) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %664 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<6xf32>
    %665 = "stablehlo.broadcast_in_dim"(%600) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6xf32>
    %666 = "stablehlo.add"(%664, %665) : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
    %667 = "stablehlo.broadcast_in_dim"(%662) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6xf32>
    %668 = "stablehlo.multiply"(%666, %667) : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
    %669 = "stablehlo.multiply"(%661, %662) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %670 = "stablehlo.broadcast_in_dim"(%669) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6xf32>
    %671 = "stablehlo.subtract"(%668, %670) : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
    %672 = "stablehlo.broadcast_in_dim"(%600) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6xf32>
    %673 = "stablehlo.subtract"(%671, %672) : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xf32>
    %674 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<6xf32>
    %675 = "stablehlo.broadcast_in_dim"(%673) <{broadcast_dimensions = array<i64: 1>}> : (tensor<6xf32>) -> tensor<1x6xf32>
    %676 = "stablehlo.broadcast_in_dim"(%674) <{broadcast_dimensions = array<i64: 0>}> : (tensor<6xf32>) -> tensor<6x1xf32>
    %677 = "stablehlo.broadcast_in_dim"(%675) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x6xf32>) -> tensor<6x6xf32>
    %678 = "stablehlo.broadcast_in_dim"(%676) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<6x1xf32>) -> tensor<6x6xf32>
    %679 = "stablehlo.subtract"(%677, %678) : (tensor<6x6xf32>, tensor<6x6xf32>) -> tensor<6x6xf32>
    %680 = "stablehlo.abs"(%679) : (tensor<6x6xf32>) -> tensor<6x6xf32>
    %681 = "stablehlo.broadcast_in_dim"(%663) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x6xf32>
    %682 = "stablehlo.divide"(%680, %681) : (tensor<6x6xf32>, tensor<6x6xf32>) -> tensor<6x6xf32>
    %683 = "stablehlo.abs"(%682) : (tensor<6x6xf32>) -> tensor<6x6xf32>
    %684 = "stablehlo.broadcast_in_dim"(%601) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x6xf32>
    %685 = "stablehlo.subtract"(%684, %683) : (tensor<6x6xf32>, tensor<6x6xf32>) -> tensor<6x6xf32>
    %686 = "stablehlo.broadcast_in_dim"(%599) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x6xf32>
    %687 = "stablehlo.maximum"(%686, %685) : (tensor<6x6xf32>, tensor<6x6xf32>) -> tensor<6x6xf32>
    %688 = "stablehlo.reduce"(%687, %599) <{dimensions = array<i64: 0>}> ({
    ^bb0(%arg89: tensor<f32>, %arg90: tensor<f32>):
      %712 = "stablehlo.add"(%arg89, %arg90) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "stablehlo.return"(%712) : (tensor<f32>) -> ()
    }) : (tensor<6x6xf32>, tensor<f32>) -> tensor<6xf32>
    %689 = "stablehlo.broadcast_in_dim"(%688) <{broadcast_dimensions = array<i64: 1>}> : (tensor<6xf32>) -> tensor<1x6xf32>
    %690 = "stablehlo.abs"(%689) : (tensor<1x6xf32>) -> tensor<1x6xf32>
    %691 = "stablehlo.broadcast_in_dim"(%598) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x6xf32>
    %692 = "stablehlo.compare"(%690, %691) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<1x6xf32>, tensor<1x6xf32>) -> tensor<1x6xi1>
    %693 = "stablehlo.broadcast_in_dim"(%599) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x6xf32>
    %694 = "stablehlo.compare"(%689, %693) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<1x6xf32>, tensor<1x6xf32>) -> tensor<1x6xi1>
    %695 = "func.call"(%694, %689, %597) <{callee = @_where_21}> : (tensor<1x6xi1>, tensor<1x6xf32>, tensor<i32>) -> tensor<1x6xf32>
    %696 = "stablehlo.broadcast_in_dim"(%695) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x6xf32>) -> tensor<6x6xf32>
    %697 = "stablehlo.divide"(%687, %696) : (tensor<6x6xf32>, tensor<6x6xf32>) -> tensor<6x6xf32>
    %698 = "func.call"(%692, %697, %596) <{callee = @_where_23}> : (tensor<1x6xi1>, tensor<6x6xf32>, tensor<i32>) -> tensor<6x6xf32>
    %699 = "stablehlo.broadcast_in_dim"(%595) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6xf32>
    %700 = "stablehlo.compare"(%673, %699) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %701 = "stablehlo.broadcast_in_dim"(%593) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6xf32>
    %702 = "stablehlo.compare"(%673, %701) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction LE>}> : (tensor<6xf32>, tensor<6xf32>) -> tensor<6xi1>
    %703 = "stablehlo.and"(%700, %702) : (tensor<6xi1>, tensor<6xi1>) -> tensor<6xi1>
    %704 = "stablehlo.broadcast_in_dim"(%703) <{broadcast_dimensions = array<i64: 1>}> : (tensor<6xi1>) -> tensor<1x6xi1>
    %705 = "func.call"(%704, %698, %596) <{callee = @_where_23}> : (tensor<1x6xi1>, tensor<6x6xf32>, tensor<i32>) -> tensor<6x6xf32>
    %706 = "stablehlo.dot_general"(%705, %arg88) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [0], rhs_contracting_dimensions = [2]>, precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]}> : (tensor<6x6xf32>, tensor<2x5x6x3xf32>) -> tensor<6x2x5x3xf32>
    %707 = "stablehlo.dot_general"(%706, %657) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [2], rhs_contracting_dimensions = [0]>, precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]}> : (tensor<6x2x5x3xf32>, tensor<5x6xf32>) -> tensor<6x2x3x6xf32>
    %708 = "stablehlo.transpose"(%707) <{permutation = array<i64: 1, 3, 0, 2>}> : (tensor<6x2x3x6xf32>) -> tensor<2x6x6x3xf32>
    %709 = "stablehlo.slice"(%arg88) <{limit_indices = array<i64: 1, 5, 6, 1>, start_indices = array<i64: 0, 0, 0, 0>, strides = array<i64: 1, 1, 1, 1>}> : (tensor<2x5x6x3xf32>) -> tensor<1x5x6x1xf32>
    %710 = "stablehlo.reshape"(%709) : (tensor<1x5x6x1xf32>) -> tensor<5x6xf32>
    %711 = "func.call"(%710, %604, %605) <{callee = @_map_coordinates}> : (tensor<5x6xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    "func.return"(%606, %607, %608, %609, %708, %711) : (tensor<2x8x9x3xf32>, tensor<2x3x4x3xf32>, tensor<2x10x6x3xf32>, tensor<2x7x7x3xf32>, tensor<2x6x6x3xf32>, tensor<2xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<2x5x6x3xf32>) -> tensor<2x8x9x3xf32>, sym_name = "_resize", sym_visibility = "private"}> ({
  ^bb0(%arg83: tensor<2x5x6x3xf32>):
    %491 = "stablehlo.constant"() <{value = dense<5.500000e+00> : tensor<f32>}> : () -> tensor<f32>
    %492 = "stablehlo.constant"() <{value = dense<0.666666686> : tensor<f32>}> : () -> tensor<f32>
    %493 = "stablehlo.constant"() <{value = dense<4.500000e+00> : tensor<f32>}> : () -> tensor<f32>
    %494 = "stablehlo.constant"() <{value = dense<-5.000000e-01> : tensor<f32>}> : () -> tensor<f32>
    %495 = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %496 = "stablehlo.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %497 = "stablehlo.constant"() <{value = dense<1.1920929E-4> : tensor<f32>}> : () -> tensor<f32>
    %498 = "stablehlo.constant"() <{value = dense<0.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %499 = "stablehlo.constant"() <{value = dense<5.000000e-01> : tensor<f32>}> : () -> tensor<f32>
    %500 = "stablehlo.constant"() <{value = dense<6.250000e-01> : tensor<f32>}> : () -> tensor<f32>
    %501 = "stablehlo.constant"() <{value = dense<1.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %502 = "stablehlo.maximum"(%500, %501) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %503 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<8xf32>
    %504 = "stablehlo.broadcast_in_dim"(%499) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<8xf32>
    %505 = "stablehlo.add"(%503, %504) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %506 = "stablehlo.broadcast_in_dim"(%500) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<8xf32>
    %507 = "stablehlo.multiply"(%505, %506) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %508 = "stablehlo.broadcast_in_dim"(%498) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<8xf32>
    %509 = "stablehlo.subtract"(%507, %508) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %510 = "stablehlo.broadcast_in_dim"(%499) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<8xf32>
    %511 = "stablehlo.subtract"(%509, %510) : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    %512 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<5xf32>
    %513 = "stablehlo.broadcast_in_dim"(%511) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<1x8xf32>
    %514 = "stablehlo.broadcast_in_dim"(%512) <{broadcast_dimensions = array<i64: 0>}> : (tensor<5xf32>) -> tensor<5x1xf32>
    %515 = "stablehlo.broadcast_in_dim"(%513) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x8xf32>) -> tensor<5x8xf32>
    %516 = "stablehlo.broadcast_in_dim"(%514) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<5x1xf32>) -> tensor<5x8xf32>
    %517 = "stablehlo.subtract"(%515, %516) : (tensor<5x8xf32>, tensor<5x8xf32>) -> tensor<5x8xf32>
    %518 = "stablehlo.abs"(%517) : (tensor<5x8xf32>) -> tensor<5x8xf32>
    %519 = "stablehlo.convert"(%502) : (tensor<f32>) -> tensor<f32>
    %520 = "stablehlo.broadcast_in_dim"(%519) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x8xf32>
    %521 = "stablehlo.divide"(%518, %520) : (tensor<5x8xf32>, tensor<5x8xf32>) -> tensor<5x8xf32>
    %522 = "stablehlo.abs"(%521) : (tensor<5x8xf32>) -> tensor<5x8xf32>
    %523 = "stablehlo.broadcast_in_dim"(%501) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x8xf32>
    %524 = "stablehlo.subtract"(%523, %522) : (tensor<5x8xf32>, tensor<5x8xf32>) -> tensor<5x8xf32>
    %525 = "stablehlo.broadcast_in_dim"(%498) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x8xf32>
    %526 = "stablehlo.maximum"(%525, %524) : (tensor<5x8xf32>, tensor<5x8xf32>) -> tensor<5x8xf32>
    %527 = "stablehlo.reduce"(%526, %498) <{dimensions = array<i64: 0>}> ({
    ^bb0(%arg86: tensor<f32>, %arg87: tensor<f32>):
      %592 = "stablehlo.add"(%arg86, %arg87) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "stablehlo.return"(%592) : (tensor<f32>) -> ()
    }) : (tensor<5x8xf32>, tensor<f32>) -> tensor<8xf32>
    %528 = "stablehlo.broadcast_in_dim"(%527) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xf32>) -> tensor<1x8xf32>
    %529 = "stablehlo.abs"(%528) : (tensor<1x8xf32>) -> tensor<1x8xf32>
    %530 = "stablehlo.broadcast_in_dim"(%497) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x8xf32>
    %531 = "stablehlo.compare"(%529, %530) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xi1>
    %532 = "stablehlo.broadcast_in_dim"(%498) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x8xf32>
    %533 = "stablehlo.compare"(%528, %532) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xi1>
    %534 = "func.call"(%533, %528, %496) <{callee = @_where}> : (tensor<1x8xi1>, tensor<1x8xf32>, tensor<i32>) -> tensor<1x8xf32>
    %535 = "stablehlo.broadcast_in_dim"(%534) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x8xf32>) -> tensor<5x8xf32>
    %536 = "stablehlo.divide"(%526, %535) : (tensor<5x8xf32>, tensor<5x8xf32>) -> tensor<5x8xf32>
    %537 = "func.call"(%531, %536, %495) <{callee = @_where_0}> : (tensor<1x8xi1>, tensor<5x8xf32>, tensor<i32>) -> tensor<5x8xf32>
    %538 = "stablehlo.broadcast_in_dim"(%494) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<8xf32>
    %539 = "stablehlo.compare"(%511, %538) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %540 = "stablehlo.broadcast_in_dim"(%493) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<8xf32>
    %541 = "stablehlo.compare"(%511, %540) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction LE>}> : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xi1>
    %542 = "stablehlo.and"(%539, %541) : (tensor<8xi1>, tensor<8xi1>) -> tensor<8xi1>
    %543 = "stablehlo.broadcast_in_dim"(%542) <{broadcast_dimensions = array<i64: 1>}> : (tensor<8xi1>) -> tensor<1x8xi1>
    %544 = "func.call"(%543, %537, %495) <{callee = @_where_0}> : (tensor<1x8xi1>, tensor<5x8xf32>, tensor<i32>) -> tensor<5x8xf32>
    %545 = "stablehlo.maximum"(%492, %501) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %546 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<9xf32>
    %547 = "stablehlo.broadcast_in_dim"(%499) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<9xf32>
    %548 = "stablehlo.add"(%546, %547) : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %549 = "stablehlo.broadcast_in_dim"(%492) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<9xf32>
    %550 = "stablehlo.multiply"(%548, %549) : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %551 = "stablehlo.broadcast_in_dim"(%498) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<9xf32>
    %552 = "stablehlo.subtract"(%550, %551) : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %553 = "stablehlo.broadcast_in_dim"(%499) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<9xf32>
    %554 = "stablehlo.subtract"(%552, %553) : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xf32>
    %555 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<6xf32>
    %556 = "stablehlo.broadcast_in_dim"(%554) <{broadcast_dimensions = array<i64: 1>}> : (tensor<9xf32>) -> tensor<1x9xf32>
    %557 = "stablehlo.broadcast_in_dim"(%555) <{broadcast_dimensions = array<i64: 0>}> : (tensor<6xf32>) -> tensor<6x1xf32>
    %558 = "stablehlo.broadcast_in_dim"(%556) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x9xf32>) -> tensor<6x9xf32>
    %559 = "stablehlo.broadcast_in_dim"(%557) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<6x1xf32>) -> tensor<6x9xf32>
    %560 = "stablehlo.subtract"(%558, %559) : (tensor<6x9xf32>, tensor<6x9xf32>) -> tensor<6x9xf32>
    %561 = "stablehlo.abs"(%560) : (tensor<6x9xf32>) -> tensor<6x9xf32>
    %562 = "stablehlo.convert"(%545) : (tensor<f32>) -> tensor<f32>
    %563 = "stablehlo.broadcast_in_dim"(%562) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x9xf32>
    %564 = "stablehlo.divide"(%561, %563) : (tensor<6x9xf32>, tensor<6x9xf32>) -> tensor<6x9xf32>
    %565 = "stablehlo.abs"(%564) : (tensor<6x9xf32>) -> tensor<6x9xf32>
    %566 = "stablehlo.broadcast_in_dim"(%501) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x9xf32>
    %567 = "stablehlo.subtract"(%566, %565) : (tensor<6x9xf32>, tensor<6x9xf32>) -> tensor<6x9xf32>
    %568 = "stablehlo.broadcast_in_dim"(%498) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x9xf32>
    %569 = "stablehlo.maximum"(%568, %567) : (tensor<6x9xf32>, tensor<6x9xf32>) -> tensor<6x9xf32>
    %570 = "stablehlo.reduce"(%569, %498) <{dimensions = array<i64: 0>}> ({
    ^bb0(%arg84: tensor<f32>, %arg85: tensor<f32>):
      %591 = "stablehlo.add"(%arg84, %arg85) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "stablehlo.return"(%591) : (tensor<f32>) -> ()
    }) : (tensor<6x9xf32>, tensor<f32>) -> tensor<9xf32>
    %571 = "stablehlo.broadcast_in_dim"(%570) <{broadcast_dimensions = array<i64: 1>}> : (tensor<9xf32>) -> tensor<1x9xf32>
    %572 = "stablehlo.abs"(%571) : (tensor<1x9xf32>) -> tensor<1x9xf32>
    %573 = "stablehlo.broadcast_in_dim"(%497) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x9xf32>
    %574 = "stablehlo.compare"(%572, %573) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<1x9xf32>, tensor<1x9xf32>) -> tensor<1x9xi1>
    %575 = "stablehlo.broadcast_in_dim"(%498) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x9xf32>
    %576 = "stablehlo.compare"(%571, %575) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<1x9xf32>, tensor<1x9xf32>) -> tensor<1x9xi1>
    %577 = "func.call"(%576, %571, %496) <{callee = @_where_1}> : (tensor<1x9xi1>, tensor<1x9xf32>, tensor<i32>) -> tensor<1x9xf32>
    %578 = "stablehlo.broadcast_in_dim"(%577) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x9xf32>) -> tensor<6x9xf32>
    %579 = "stablehlo.divide"(%569, %578) : (tensor<6x9xf32>, tensor<6x9xf32>) -> tensor<6x9xf32>
    %580 = "func.call"(%574, %579, %495) <{callee = @_where_2}> : (tensor<1x9xi1>, tensor<6x9xf32>, tensor<i32>) -> tensor<6x9xf32>
    %581 = "stablehlo.broadcast_in_dim"(%494) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<9xf32>
    %582 = "stablehlo.compare"(%554, %581) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %583 = "stablehlo.broadcast_in_dim"(%491) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<9xf32>
    %584 = "stablehlo.compare"(%554, %583) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction LE>}> : (tensor<9xf32>, tensor<9xf32>) -> tensor<9xi1>
    %585 = "stablehlo.and"(%582, %584) : (tensor<9xi1>, tensor<9xi1>) -> tensor<9xi1>
    %586 = "stablehlo.broadcast_in_dim"(%585) <{broadcast_dimensions = array<i64: 1>}> : (tensor<9xi1>) -> tensor<1x9xi1>
    %587 = "func.call"(%586, %580, %495) <{callee = @_where_2}> : (tensor<1x9xi1>, tensor<6x9xf32>, tensor<i32>) -> tensor<6x9xf32>
    %588 = "stablehlo.dot_general"(%587, %arg83) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [0], rhs_contracting_dimensions = [2]>, precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]}> : (tensor<6x9xf32>, tensor<2x5x6x3xf32>) -> tensor<9x2x5x3xf32>
    %589 = "stablehlo.dot_general"(%588, %544) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [2], rhs_contracting_dimensions = [0]>, precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]}> : (tensor<9x2x5x3xf32>, tensor<5x8xf32>) -> tensor<9x2x3x8xf32>
    %590 = "stablehlo.transpose"(%589) <{permutation = array<i64: 1, 3, 0, 2>}> : (tensor<9x2x3x8xf32>) -> tensor<2x8x9x3xf32>
    "func.return"(%590) : (tensor<2x8x9x3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<1x8xi1>, tensor<1x8xf32>, tensor<i32>) -> tensor<1x8xf32>, sym_name = "_where", sym_visibility = "private"}> ({
  ^bb0(%arg80: tensor<1x8xi1>, %arg81: tensor<1x8xf32>, %arg82: tensor<i32>):
    %488 = "stablehlo.convert"(%arg82) : (tensor<i32>) -> tensor<f32>
    %489 = "stablehlo.broadcast_in_dim"(%488) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x8xf32>
    %490 = "stablehlo.select"(%arg80, %arg81, %489) : (tensor<1x8xi1>, tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
    "func.return"(%490) : (tensor<1x8xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<1x8xi1>, tensor<5x8xf32>, tensor<i32>) -> tensor<5x8xf32>, sym_name = "_where_0", sym_visibility = "private"}> ({
  ^bb0(%arg77: tensor<1x8xi1>, %arg78: tensor<5x8xf32>, %arg79: tensor<i32>):
    %484 = "stablehlo.convert"(%arg79) : (tensor<i32>) -> tensor<f32>
    %485 = "stablehlo.broadcast_in_dim"(%arg77) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x8xi1>) -> tensor<5x8xi1>
    %486 = "stablehlo.broadcast_in_dim"(%484) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x8xf32>
    %487 = "stablehlo.select"(%485, %arg78, %486) : (tensor<5x8xi1>, tensor<5x8xf32>, tensor<5x8xf32>) -> tensor<5x8xf32>
    "func.return"(%487) : (tensor<5x8xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<1x9xi1>, tensor<1x9xf32>, tensor<i32>) -> tensor<1x9xf32>, sym_name = "_where_1", sym_visibility = "private"}> ({
  ^bb0(%arg74: tensor<1x9xi1>, %arg75: tensor<1x9xf32>, %arg76: tensor<i32>):
    %481 = "stablehlo.convert"(%arg76) : (tensor<i32>) -> tensor<f32>
    %482 = "stablehlo.broadcast_in_dim"(%481) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x9xf32>
    %483 = "stablehlo.select"(%arg74, %arg75, %482) : (tensor<1x9xi1>, tensor<1x9xf32>, tensor<1x9xf32>) -> tensor<1x9xf32>
    "func.return"(%483) : (tensor<1x9xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<1x9xi1>, tensor<6x9xf32>, tensor<i32>) -> tensor<6x9xf32>, sym_name = "_where_2", sym_visibility = "private"}> ({
  ^bb0(%arg71: tensor<1x9xi1>, %arg72: tensor<6x9xf32>, %arg73: tensor<i32>):
    %477 = "stablehlo.convert"(%arg73) : (tensor<i32>) -> tensor<f32>
    %478 = "stablehlo.broadcast_in_dim"(%arg71) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x9xi1>) -> tensor<6x9xi1>
    %479 = "stablehlo.broadcast_in_dim"(%477) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x9xf32>
    %480 = "stablehlo.select"(%478, %arg72, %479) : (tensor<6x9xi1>, tensor<6x9xf32>, tensor<6x9xf32>) -> tensor<6x9xf32>
    "func.return"(%480) : (tensor<6x9xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<2x5x6x3xf32>) -> tensor<2x3x4x3xf32>, sym_name = "_resize_3", sym_visibility = "private"}> ({
  ^bb0(%arg66: tensor<2x5x6x3xf32>):
    %334 = "stablehlo.constant"() <{value = dense<5.500000e+00> : tensor<f32>}> : () -> tensor<f32>
    %335 = "stablehlo.constant"() <{value = dense<4.500000e+00> : tensor<f32>}> : () -> tensor<f32>
    %336 = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %337 = "stablehlo.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %338 = "stablehlo.constant"() <{value = dense<1.1920929E-4> : tensor<f32>}> : () -> tensor<f32>
    %339 = "stablehlo.constant"() <{value = dense<2.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %340 = "stablehlo.constant"() <{value = dense<4.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %341 = "stablehlo.constant"() <{value = dense<-5.000000e-01> : tensor<f32>}> : () -> tensor<f32>
    %342 = "stablehlo.constant"() <{value = dense<2.500000e+00> : tensor<f32>}> : () -> tensor<f32>
    %343 = "stablehlo.constant"() <{value = dense<1.500000e+00> : tensor<f32>}> : () -> tensor<f32>
    %344 = "stablehlo.constant"() <{value = dense<0.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %345 = "stablehlo.constant"() <{value = dense<5.000000e-01> : tensor<f32>}> : () -> tensor<f32>
    %346 = "stablehlo.constant"() <{value = dense<1.66666663> : tensor<f32>}> : () -> tensor<f32>
    %347 = "stablehlo.constant"() <{value = dense<1.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %348 = "stablehlo.maximum"(%346, %347) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %349 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<3xf32>
    %350 = "stablehlo.broadcast_in_dim"(%345) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<3xf32>
    %351 = "stablehlo.add"(%349, %350) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %352 = "stablehlo.broadcast_in_dim"(%346) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<3xf32>
    %353 = "stablehlo.multiply"(%351, %352) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %354 = "stablehlo.broadcast_in_dim"(%344) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<3xf32>
    %355 = "stablehlo.subtract"(%353, %354) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %356 = "stablehlo.broadcast_in_dim"(%345) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<3xf32>
    %357 = "stablehlo.subtract"(%355, %356) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
    %358 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<5xf32>
    %359 = "stablehlo.broadcast_in_dim"(%357) <{broadcast_dimensions = array<i64: 1>}> : (tensor<3xf32>) -> tensor<1x3xf32>
    %360 = "stablehlo.broadcast_in_dim"(%358) <{broadcast_dimensions = array<i64: 0>}> : (tensor<5xf32>) -> tensor<5x1xf32>
    %361 = "stablehlo.broadcast_in_dim"(%359) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x3xf32>) -> tensor<5x3xf32>
    %362 = "stablehlo.broadcast_in_dim"(%360) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<5x1xf32>) -> tensor<5x3xf32>
    %363 = "stablehlo.subtract"(%361, %362) : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %364 = "stablehlo.abs"(%363) : (tensor<5x3xf32>) -> tensor<5x3xf32>
    %365 = "stablehlo.convert"(%348) : (tensor<f32>) -> tensor<f32>
    %366 = "stablehlo.broadcast_in_dim"(%365) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x3xf32>
    %367 = "stablehlo.divide"(%364, %366) : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %368 = "stablehlo.broadcast_in_dim"(%343) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x3xf32>
    %369 = "stablehlo.multiply"(%368, %367) : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %370 = "stablehlo.broadcast_in_dim"(%342) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x3xf32>
    %371 = "stablehlo.subtract"(%369, %370) : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %372 = "stablehlo.multiply"(%371, %367) : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %373 = "stablehlo.multiply"(%372, %367) : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %374 = "stablehlo.broadcast_in_dim"(%347) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x3xf32>
    %375 = "stablehlo.add"(%373, %374) : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %376 = "stablehlo.broadcast_in_dim"(%347) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x3xf32>
    %377 = "stablehlo.compare"(%367, %376) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xi1>
    %378 = "stablehlo.broadcast_in_dim"(%341) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x3xf32>
    %379 = "stablehlo.multiply"(%378, %367) : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %380 = "stablehlo.broadcast_in_dim"(%342) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x3xf32>
    %381 = "stablehlo.add"(%379, %380) : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %382 = "stablehlo.multiply"(%381, %367) : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %383 = "stablehlo.broadcast_in_dim"(%340) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x3xf32>
    %384 = "stablehlo.subtract"(%382, %383) : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %385 = "stablehlo.multiply"(%384, %367) : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %386 = "stablehlo.broadcast_in_dim"(%339) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x3xf32>
    %387 = "stablehlo.add"(%385, %386) : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %388 = "func.call"(%377, %387, %375) <{callee = @_where_4}> : (tensor<5x3xi1>, tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %389 = "stablehlo.broadcast_in_dim"(%339) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x3xf32>
    %390 = "stablehlo.compare"(%367, %389) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xi1>
    %391 = "func.call"(%390, %344, %388) <{callee = @_where_5}> : (tensor<5x3xi1>, tensor<f32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %392 = "stablehlo.reduce"(%391, %344) <{dimensions = array<i64: 0>}> ({
    ^bb0(%arg69: tensor<f32>, %arg70: tensor<f32>):
      %476 = "stablehlo.add"(%arg69, %arg70) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "stablehlo.return"(%476) : (tensor<f32>) -> ()
    }) : (tensor<5x3xf32>, tensor<f32>) -> tensor<3xf32>
    %393 = "stablehlo.broadcast_in_dim"(%392) <{broadcast_dimensions = array<i64: 1>}> : (tensor<3xf32>) -> tensor<1x3xf32>
    %394 = "stablehlo.abs"(%393) : (tensor<1x3xf32>) -> tensor<1x3xf32>
    %395 = "stablehlo.broadcast_in_dim"(%338) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x3xf32>
    %396 = "stablehlo.compare"(%394, %395) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x3xi1>
    %397 = "stablehlo.broadcast_in_dim"(%344) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x3xf32>
    %398 = "stablehlo.compare"(%393, %397) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x3xi1>
    %399 = "func.call"(%398, %393, %337) <{callee = @_where_6}> : (tensor<1x3xi1>, tensor<1x3xf32>, tensor<i32>) -> tensor<1x3xf32>
    %400 = "stablehlo.broadcast_in_dim"(%399) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x3xf32>) -> tensor<5x3xf32>
    %401 = "stablehlo.divide"(%391, %400) : (tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    %402 = "func.call"(%396, %401, %336) <{callee = @_where_7}> : (tensor<1x3xi1>, tensor<5x3xf32>, tensor<i32>) -> tensor<5x3xf32>
    %403 = "stablehlo.broadcast_in_dim"(%341) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<3xf32>
    %404 = "stablehlo.compare"(%357, %403) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
    %405 = "stablehlo.broadcast_in_dim"(%335) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<3xf32>
    %406 = "stablehlo.compare"(%357, %405) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction LE>}> : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xi1>
    %407 = "stablehlo.and"(%404, %406) : (tensor<3xi1>, tensor<3xi1>) -> tensor<3xi1>
    %408 = "stablehlo.broadcast_in_dim"(%407) <{broadcast_dimensions = array<i64: 1>}> : (tensor<3xi1>) -> tensor<1x3xi1>
    %409 = "func.call"(%408, %402, %336) <{callee = @_where_7}> : (tensor<1x3xi1>, tensor<5x3xf32>, tensor<i32>) -> tensor<5x3xf32>
    %410 = "stablehlo.maximum"(%343, %347) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %411 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<4xf32>
    %412 = "stablehlo.broadcast_in_dim"(%345) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<4xf32>
    %413 = "stablehlo.add"(%411, %412) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %414 = "stablehlo.broadcast_in_dim"(%343) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<4xf32>
    %415 = "stablehlo.multiply"(%413, %414) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %416 = "stablehlo.broadcast_in_dim"(%344) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<4xf32>
    %417 = "stablehlo.subtract"(%415, %416) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %418 = "stablehlo.broadcast_in_dim"(%345) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<4xf32>
    %419 = "stablehlo.subtract"(%417, %418) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %420 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<6xf32>
    %421 = "stablehlo.broadcast_in_dim"(%419) <{broadcast_dimensions = array<i64: 1>}> : (tensor<4xf32>) -> tensor<1x4xf32>
    %422 = "stablehlo.broadcast_in_dim"(%420) <{broadcast_dimensions = array<i64: 0>}> : (tensor<6xf32>) -> tensor<6x1xf32>
    %423 = "stablehlo.broadcast_in_dim"(%421) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x4xf32>) -> tensor<6x4xf32>
    %424 = "stablehlo.broadcast_in_dim"(%422) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<6x1xf32>) -> tensor<6x4xf32>
    %425 = "stablehlo.subtract"(%423, %424) : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %426 = "stablehlo.abs"(%425) : (tensor<6x4xf32>) -> tensor<6x4xf32>
    %427 = "stablehlo.convert"(%410) : (tensor<f32>) -> tensor<f32>
    %428 = "stablehlo.broadcast_in_dim"(%427) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x4xf32>
    %429 = "stablehlo.divide"(%426, %428) : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %430 = "stablehlo.broadcast_in_dim"(%343) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x4xf32>
    %431 = "stablehlo.multiply"(%430, %429) : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %432 = "stablehlo.broadcast_in_dim"(%342) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x4xf32>
    %433 = "stablehlo.subtract"(%431, %432) : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %434 = "stablehlo.multiply"(%433, %429) : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %435 = "stablehlo.multiply"(%434, %429) : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %436 = "stablehlo.broadcast_in_dim"(%347) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x4xf32>
    %437 = "stablehlo.add"(%435, %436) : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %438 = "stablehlo.broadcast_in_dim"(%347) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x4xf32>
    %439 = "stablehlo.compare"(%429, %438) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xi1>
    %440 = "stablehlo.broadcast_in_dim"(%341) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x4xf32>
    %441 = "stablehlo.multiply"(%440, %429) : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %442 = "stablehlo.broadcast_in_dim"(%342) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x4xf32>
    %443 = "stablehlo.add"(%441, %442) : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %444 = "stablehlo.multiply"(%443, %429) : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %445 = "stablehlo.broadcast_in_dim"(%340) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x4xf32>
    %446 = "stablehlo.subtract"(%444, %445) : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %447 = "stablehlo.multiply"(%446, %429) : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %448 = "stablehlo.broadcast_in_dim"(%339) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x4xf32>
    %449 = "stablehlo.add"(%447, %448) : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %450 = "func.call"(%439, %449, %437) <{callee = @_where_8}> : (tensor<6x4xi1>, tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %451 = "stablehlo.broadcast_in_dim"(%339) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x4xf32>
    %452 = "stablehlo.compare"(%429, %451) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xi1>
    %453 = "func.call"(%452, %344, %450) <{callee = @_where_9}> : (tensor<6x4xi1>, tensor<f32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %454 = "stablehlo.reduce"(%453, %344) <{dimensions = array<i64: 0>}> ({
    ^bb0(%arg67: tensor<f32>, %arg68: tensor<f32>):
      %475 = "stablehlo.add"(%arg67, %arg68) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "stablehlo.return"(%475) : (tensor<f32>) -> ()
    }) : (tensor<6x4xf32>, tensor<f32>) -> tensor<4xf32>
    %455 = "stablehlo.broadcast_in_dim"(%454) <{broadcast_dimensions = array<i64: 1>}> : (tensor<4xf32>) -> tensor<1x4xf32>
    %456 = "stablehlo.abs"(%455) : (tensor<1x4xf32>) -> tensor<1x4xf32>
    %457 = "stablehlo.broadcast_in_dim"(%338) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x4xf32>
    %458 = "stablehlo.compare"(%456, %457) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xi1>
    %459 = "stablehlo.broadcast_in_dim"(%344) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x4xf32>
    %460 = "stablehlo.compare"(%455, %459) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xi1>
    %461 = "func.call"(%460, %455, %337) <{callee = @_where_10}> : (tensor<1x4xi1>, tensor<1x4xf32>, tensor<i32>) -> tensor<1x4xf32>
    %462 = "stablehlo.broadcast_in_dim"(%461) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x4xf32>) -> tensor<6x4xf32>
    %463 = "stablehlo.divide"(%453, %462) : (tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    %464 = "func.call"(%458, %463, %336) <{callee = @_where_11}> : (tensor<1x4xi1>, tensor<6x4xf32>, tensor<i32>) -> tensor<6x4xf32>
    %465 = "stablehlo.broadcast_in_dim"(%341) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<4xf32>
    %466 = "stablehlo.compare"(%419, %465) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
    %467 = "stablehlo.broadcast_in_dim"(%334) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<4xf32>
    %468 = "stablehlo.compare"(%419, %467) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction LE>}> : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
    %469 = "stablehlo.and"(%466, %468) : (tensor<4xi1>, tensor<4xi1>) -> tensor<4xi1>
    %470 = "stablehlo.broadcast_in_dim"(%469) <{broadcast_dimensions = array<i64: 1>}> : (tensor<4xi1>) -> tensor<1x4xi1>
    %471 = "func.call"(%470, %464, %336) <{callee = @_where_11}> : (tensor<1x4xi1>, tensor<6x4xf32>, tensor<i32>) -> tensor<6x4xf32>
    %472 = "stablehlo.dot_general"(%409, %arg66) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [0], rhs_contracting_dimensions = [1]>, precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]}> : (tensor<5x3xf32>, tensor<2x5x6x3xf32>) -> tensor<3x2x6x3xf32>
    %473 = "stablehlo.dot_general"(%472, %471) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [2], rhs_contracting_dimensions = [0]>, precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]}> : (tensor<3x2x6x3xf32>, tensor<6x4xf32>) -> tensor<3x2x3x4xf32>
    %474 = "stablehlo.transpose"(%473) <{permutation = array<i64: 1, 0, 3, 2>}> : (tensor<3x2x3x4xf32>) -> tensor<2x3x4x3xf32>
    "func.return"(%474) : (tensor<2x3x4x3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<5x3xi1>, tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>, sym_name = "_where_4", sym_visibility = "private"}> ({
  ^bb0(%arg63: tensor<5x3xi1>, %arg64: tensor<5x3xf32>, %arg65: tensor<5x3xf32>):
    %333 = "stablehlo.select"(%arg63, %arg64, %arg65) : (tensor<5x3xi1>, tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    "func.return"(%333) : (tensor<5x3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<5x3xi1>, tensor<f32>, tensor<5x3xf32>) -> tensor<5x3xf32>, sym_name = "_where_5", sym_visibility = "private"}> ({
  ^bb0(%arg60: tensor<5x3xi1>, %arg61: tensor<f32>, %arg62: tensor<5x3xf32>):
    %330 = "stablehlo.convert"(%arg61) : (tensor<f32>) -> tensor<f32>
    %331 = "stablehlo.broadcast_in_dim"(%330) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x3xf32>
    %332 = "stablehlo.select"(%arg60, %331, %arg62) : (tensor<5x3xi1>, tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    "func.return"(%332) : (tensor<5x3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<1x3xi1>, tensor<1x3xf32>, tensor<i32>) -> tensor<1x3xf32>, sym_name = "_where_6", sym_visibility = "private"}> ({
  ^bb0(%arg57: tensor<1x3xi1>, %arg58: tensor<1x3xf32>, %arg59: tensor<i32>):
    %327 = "stablehlo.convert"(%arg59) : (tensor<i32>) -> tensor<f32>
    %328 = "stablehlo.broadcast_in_dim"(%327) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x3xf32>
    %329 = "stablehlo.select"(%arg57, %arg58, %328) : (tensor<1x3xi1>, tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x3xf32>
    "func.return"(%329) : (tensor<1x3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<1x3xi1>, tensor<5x3xf32>, tensor<i32>) -> tensor<5x3xf32>, sym_name = "_where_7", sym_visibility = "private"}> ({
  ^bb0(%arg54: tensor<1x3xi1>, %arg55: tensor<5x3xf32>, %arg56: tensor<i32>):
    %323 = "stablehlo.convert"(%arg56) : (tensor<i32>) -> tensor<f32>
    %324 = "stablehlo.broadcast_in_dim"(%arg54) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x3xi1>) -> tensor<5x3xi1>
    %325 = "stablehlo.broadcast_in_dim"(%323) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x3xf32>
    %326 = "stablehlo.select"(%324, %arg55, %325) : (tensor<5x3xi1>, tensor<5x3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
    "func.return"(%326) : (tensor<5x3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<6x4xi1>, tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>, sym_name = "_where_8", sym_visibility = "private"}> ({
  ^bb0(%arg51: tensor<6x4xi1>, %arg52: tensor<6x4xf32>, %arg53: tensor<6x4xf32>):
    %322 = "stablehlo.select"(%arg51, %arg52, %arg53) : (tensor<6x4xi1>, tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    "func.return"(%322) : (tensor<6x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<6x4xi1>, tensor<f32>, tensor<6x4xf32>) -> tensor<6x4xf32>, sym_name = "_where_9", sym_visibility = "private"}> ({
  ^bb0(%arg48: tensor<6x4xi1>, %arg49: tensor<f32>, %arg50: tensor<6x4xf32>):
    %319 = "stablehlo.convert"(%arg49) : (tensor<f32>) -> tensor<f32>
    %320 = "stablehlo.broadcast_in_dim"(%319) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x4xf32>
    %321 = "stablehlo.select"(%arg48, %320, %arg50) : (tensor<6x4xi1>, tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    "func.return"(%321) : (tensor<6x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<1x4xi1>, tensor<1x4xf32>, tensor<i32>) -> tensor<1x4xf32>, sym_name = "_where_10", sym_visibility = "private"}> ({
  ^bb0(%arg45: tensor<1x4xi1>, %arg46: tensor<1x4xf32>, %arg47: tensor<i32>):
    %316 = "stablehlo.convert"(%arg47) : (tensor<i32>) -> tensor<f32>
    %317 = "stablehlo.broadcast_in_dim"(%316) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x4xf32>
    %318 = "stablehlo.select"(%arg45, %arg46, %317) : (tensor<1x4xi1>, tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
    "func.return"(%318) : (tensor<1x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<1x4xi1>, tensor<6x4xf32>, tensor<i32>) -> tensor<6x4xf32>, sym_name = "_where_11", sym_visibility = "private"}> ({
  ^bb0(%arg42: tensor<1x4xi1>, %arg43: tensor<6x4xf32>, %arg44: tensor<i32>):
    %312 = "stablehlo.convert"(%arg44) : (tensor<i32>) -> tensor<f32>
    %313 = "stablehlo.broadcast_in_dim"(%arg42) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x4xi1>) -> tensor<6x4xi1>
    %314 = "stablehlo.broadcast_in_dim"(%312) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x4xf32>
    %315 = "stablehlo.select"(%313, %arg43, %314) : (tensor<6x4xi1>, tensor<6x4xf32>, tensor<6x4xf32>) -> tensor<6x4xf32>
    "func.return"(%315) : (tensor<6x4xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<2x5x6x3xf32>) -> tensor<2x10x6x3xf32>, sym_name = "_resize_12", sym_visibility = "private"}> ({
  ^bb0(%arg41: tensor<2x5x6x3xf32>):
    %291 = "stablehlo.constant"() <{value = dense<5> : tensor<i32>}> : () -> tensor<i32>
    %292 = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %293 = "stablehlo.constant"() <{value = dense<1.000000e+01> : tensor<f32>}> : () -> tensor<f32>
    %294 = "stablehlo.constant"() <{value = dense<5.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %295 = "stablehlo.constant"() <{value = dense<5.000000e-01> : tensor<f32>}> : () -> tensor<f32>
    %296 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<10xf32>
    %297 = "stablehlo.broadcast_in_dim"(%295) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<10xf32>
    %298 = "stablehlo.add"(%296, %297) : (tensor<10xf32>, tensor<10xf32>) -> tensor<10xf32>
    %299 = "stablehlo.broadcast_in_dim"(%294) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<10xf32>
    %300 = "stablehlo.multiply"(%298, %299) : (tensor<10xf32>, tensor<10xf32>) -> tensor<10xf32>
    %301 = "stablehlo.broadcast_in_dim"(%293) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<10xf32>
    %302 = "stablehlo.divide"(%300, %301) : (tensor<10xf32>, tensor<10xf32>) -> tensor<10xf32>
    %303 = "stablehlo.floor"(%302) : (tensor<10xf32>) -> tensor<10xf32>
    %304 = "stablehlo.convert"(%303) : (tensor<10xf32>) -> tensor<10xi32>
    %305 = "stablehlo.broadcast_in_dim"(%292) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<10xi32>
    %306 = "stablehlo.compare"(%304, %305) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<10xi32>, tensor<10xi32>) -> tensor<10xi1>
    %307 = "stablehlo.broadcast_in_dim"(%291) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<10xi32>
    %308 = "stablehlo.add"(%304, %307) : (tensor<10xi32>, tensor<10xi32>) -> tensor<10xi32>
    %309 = "stablehlo.select"(%306, %308, %304) : (tensor<10xi1>, tensor<10xi32>, tensor<10xi32>) -> tensor<10xi32>
    %310 = "stablehlo.broadcast_in_dim"(%309) <{broadcast_dimensions = array<i64: 0>}> : (tensor<10xi32>) -> tensor<10x1xi32>
    %311 = "stablehlo.gather"(%arg41, %310) <{dimension_numbers = #stablehlo.gather<offset_dims = [0, 2, 3], collapsed_slice_dims = [1], start_index_map = [1], index_vector_dim = 1>, slice_sizes = array<i64: 2, 1, 6, 3>}> : (tensor<2x5x6x3xf32>, tensor<10x1xi32>) -> tensor<2x10x6x3xf32>
    "func.return"(%311) : (tensor<2x10x6x3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<2x5x6x3xf32>) -> tensor<2x7x7x3xf32>, sym_name = "_resize_13", sym_visibility = "private"}> ({
  ^bb0(%arg36: tensor<2x5x6x3xf32>):
    %151 = "stablehlo.constant"() <{value = dense<5.500000e+00> : tensor<f32>}> : () -> tensor<f32>
    %152 = "stablehlo.constant"() <{value = dense<0.857142865> : tensor<f32>}> : () -> tensor<f32>
    %153 = "stablehlo.constant"() <{value = dense<4.500000e+00> : tensor<f32>}> : () -> tensor<f32>
    %154 = "stablehlo.constant"() <{value = dense<-5.000000e-01> : tensor<f32>}> : () -> tensor<f32>
    %155 = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %156 = "stablehlo.constant"() <{value = dense<1.1920929E-4> : tensor<f32>}> : () -> tensor<f32>
    %157 = "stablehlo.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %158 = "stablehlo.constant"() <{value = dense<9.86960411> : tensor<f32>}> : () -> tensor<f32>
    %159 = "stablehlo.constant"() <{value = dense<1.000000e-03> : tensor<f32>}> : () -> tensor<f32>
    %160 = "stablehlo.constant"() <{value = dense<3.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %161 = "stablehlo.constant"() <{value = dense<3.14159274> : tensor<f32>}> : () -> tensor<f32>
    %162 = "stablehlo.constant"() <{value = dense<1.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %163 = "stablehlo.constant"() <{value = dense<0.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %164 = "stablehlo.constant"() <{value = dense<0.714285731> : tensor<f32>}> : () -> tensor<f32>
    %165 = "stablehlo.constant"() <{value = dense<5.000000e-01> : tensor<f32>}> : () -> tensor<f32>
    %166 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<7xf32>
    %167 = "stablehlo.broadcast_in_dim"(%165) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<7xf32>
    %168 = "stablehlo.add"(%166, %167) : (tensor<7xf32>, tensor<7xf32>) -> tensor<7xf32>
    %169 = "stablehlo.broadcast_in_dim"(%164) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<7xf32>
    %170 = "stablehlo.multiply"(%168, %169) : (tensor<7xf32>, tensor<7xf32>) -> tensor<7xf32>
    %171 = "stablehlo.broadcast_in_dim"(%163) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<7xf32>
    %172 = "stablehlo.subtract"(%170, %171) : (tensor<7xf32>, tensor<7xf32>) -> tensor<7xf32>
    %173 = "stablehlo.broadcast_in_dim"(%165) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<7xf32>
    %174 = "stablehlo.subtract"(%172, %173) : (tensor<7xf32>, tensor<7xf32>) -> tensor<7xf32>
    %175 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<5xf32>
    %176 = "stablehlo.broadcast_in_dim"(%174) <{broadcast_dimensions = array<i64: 1>}> : (tensor<7xf32>) -> tensor<1x7xf32>
    %177 = "stablehlo.broadcast_in_dim"(%175) <{broadcast_dimensions = array<i64: 0>}> : (tensor<5xf32>) -> tensor<5x1xf32>
    %178 = "stablehlo.broadcast_in_dim"(%176) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x7xf32>) -> tensor<5x7xf32>
    %179 = "stablehlo.broadcast_in_dim"(%177) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<5x1xf32>) -> tensor<5x7xf32>
    %180 = "stablehlo.subtract"(%178, %179) : (tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xf32>
    %181 = "stablehlo.abs"(%180) : (tensor<5x7xf32>) -> tensor<5x7xf32>
    %182 = "stablehlo.broadcast_in_dim"(%162) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x7xf32>
    %183 = "stablehlo.divide"(%181, %182) : (tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xf32>
    %184 = "stablehlo.broadcast_in_dim"(%161) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x7xf32>
    %185 = "stablehlo.multiply"(%184, %183) : (tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xf32>
    %186 = "stablehlo.sine"(%185) : (tensor<5x7xf32>) -> tensor<5x7xf32>
    %187 = "stablehlo.broadcast_in_dim"(%160) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x7xf32>
    %188 = "stablehlo.multiply"(%187, %186) : (tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xf32>
    %189 = "stablehlo.broadcast_in_dim"(%161) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x7xf32>
    %190 = "stablehlo.multiply"(%189, %183) : (tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xf32>
    %191 = "stablehlo.broadcast_in_dim"(%160) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x7xf32>
    %192 = "stablehlo.divide"(%190, %191) : (tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xf32>
    %193 = "stablehlo.sine"(%192) : (tensor<5x7xf32>) -> tensor<5x7xf32>
    %194 = "stablehlo.multiply"(%188, %193) : (tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xf32>
    %195 = "stablehlo.broadcast_in_dim"(%159) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x7xf32>
    %196 = "stablehlo.compare"(%183, %195) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xi1>
    %197 = "stablehlo.broadcast_in_dim"(%163) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x7xf32>
    %198 = "stablehlo.compare"(%183, %197) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xi1>
    %199 = "stablehlo.multiply"(%183, %183) : (tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xf32>
    %200 = "stablehlo.broadcast_in_dim"(%158) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x7xf32>
    %201 = "stablehlo.multiply"(%200, %199) : (tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xf32>
    %202 = "func.call"(%198, %201, %157) <{callee = @_where_14}> : (tensor<5x7xi1>, tensor<5x7xf32>, tensor<i32>) -> tensor<5x7xf32>
    %203 = "stablehlo.divide"(%194, %202) : (tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xf32>
    %204 = "func.call"(%196, %203, %157) <{callee = @_where_14}> : (tensor<5x7xi1>, tensor<5x7xf32>, tensor<i32>) -> tensor<5x7xf32>
    %205 = "stablehlo.broadcast_in_dim"(%160) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x7xf32>
    %206 = "stablehlo.compare"(%183, %205) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xi1>
    %207 = "func.call"(%206, %163, %204) <{callee = @_where_15}> : (tensor<5x7xi1>, tensor<f32>, tensor<5x7xf32>) -> tensor<5x7xf32>
    %208 = "stablehlo.reduce"(%207, %163) <{dimensions = array<i64: 0>}> ({
    ^bb0(%arg39: tensor<f32>, %arg40: tensor<f32>):
      %290 = "stablehlo.add"(%arg39, %arg40) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "stablehlo.return"(%290) : (tensor<f32>) -> ()
    }) : (tensor<5x7xf32>, tensor<f32>) -> tensor<7xf32>
    %209 = "stablehlo.broadcast_in_dim"(%208) <{broadcast_dimensions = array<i64: 1>}> : (tensor<7xf32>) -> tensor<1x7xf32>
    %210 = "stablehlo.abs"(%209) : (tensor<1x7xf32>) -> tensor<1x7xf32>
    %211 = "stablehlo.broadcast_in_dim"(%156) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x7xf32>
    %212 = "stablehlo.compare"(%210, %211) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<1x7xf32>, tensor<1x7xf32>) -> tensor<1x7xi1>
    %213 = "stablehlo.broadcast_in_dim"(%163) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x7xf32>
    %214 = "stablehlo.compare"(%209, %213) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<1x7xf32>, tensor<1x7xf32>) -> tensor<1x7xi1>
    %215 = "func.call"(%214, %209, %157) <{callee = @_where_16}> : (tensor<1x7xi1>, tensor<1x7xf32>, tensor<i32>) -> tensor<1x7xf32>
    %216 = "stablehlo.broadcast_in_dim"(%215) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x7xf32>) -> tensor<5x7xf32>
    %217 = "stablehlo.divide"(%207, %216) : (tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xf32>
    %218 = "func.call"(%212, %217, %155) <{callee = @_where_17}> : (tensor<1x7xi1>, tensor<5x7xf32>, tensor<i32>) -> tensor<5x7xf32>
    %219 = "stablehlo.broadcast_in_dim"(%154) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<7xf32>
    %220 = "stablehlo.compare"(%174, %219) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<7xf32>, tensor<7xf32>) -> tensor<7xi1>
    %221 = "stablehlo.broadcast_in_dim"(%153) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<7xf32>
    %222 = "stablehlo.compare"(%174, %221) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction LE>}> : (tensor<7xf32>, tensor<7xf32>) -> tensor<7xi1>
    %223 = "stablehlo.and"(%220, %222) : (tensor<7xi1>, tensor<7xi1>) -> tensor<7xi1>
    %224 = "stablehlo.broadcast_in_dim"(%223) <{broadcast_dimensions = array<i64: 1>}> : (tensor<7xi1>) -> tensor<1x7xi1>
    %225 = "func.call"(%224, %218, %155) <{callee = @_where_17}> : (tensor<1x7xi1>, tensor<5x7xf32>, tensor<i32>) -> tensor<5x7xf32>
    %226 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<7xf32>
    %227 = "stablehlo.broadcast_in_dim"(%165) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<7xf32>
    %228 = "stablehlo.add"(%226, %227) : (tensor<7xf32>, tensor<7xf32>) -> tensor<7xf32>
    %229 = "stablehlo.broadcast_in_dim"(%152) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<7xf32>
    %230 = "stablehlo.multiply"(%228, %229) : (tensor<7xf32>, tensor<7xf32>) -> tensor<7xf32>
    %231 = "stablehlo.broadcast_in_dim"(%163) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<7xf32>
    %232 = "stablehlo.subtract"(%230, %231) : (tensor<7xf32>, tensor<7xf32>) -> tensor<7xf32>
    %233 = "stablehlo.broadcast_in_dim"(%165) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<7xf32>
    %234 = "stablehlo.subtract"(%232, %233) : (tensor<7xf32>, tensor<7xf32>) -> tensor<7xf32>
    %235 = "stablehlo.iota"() <{iota_dimension = 0 : i64}> : () -> tensor<6xf32>
    %236 = "stablehlo.broadcast_in_dim"(%234) <{broadcast_dimensions = array<i64: 1>}> : (tensor<7xf32>) -> tensor<1x7xf32>
    %237 = "stablehlo.broadcast_in_dim"(%235) <{broadcast_dimensions = array<i64: 0>}> : (tensor<6xf32>) -> tensor<6x1xf32>
    %238 = "stablehlo.broadcast_in_dim"(%236) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x7xf32>) -> tensor<6x7xf32>
    %239 = "stablehlo.broadcast_in_dim"(%237) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<6x1xf32>) -> tensor<6x7xf32>
    %240 = "stablehlo.subtract"(%238, %239) : (tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xf32>
    %241 = "stablehlo.abs"(%240) : (tensor<6x7xf32>) -> tensor<6x7xf32>
    %242 = "stablehlo.broadcast_in_dim"(%162) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x7xf32>
    %243 = "stablehlo.divide"(%241, %242) : (tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xf32>
    %244 = "stablehlo.broadcast_in_dim"(%161) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x7xf32>
    %245 = "stablehlo.multiply"(%244, %243) : (tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xf32>
    %246 = "stablehlo.sine"(%245) : (tensor<6x7xf32>) -> tensor<6x7xf32>
    %247 = "stablehlo.broadcast_in_dim"(%160) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x7xf32>
    %248 = "stablehlo.multiply"(%247, %246) : (tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xf32>
    %249 = "stablehlo.broadcast_in_dim"(%161) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x7xf32>
    %250 = "stablehlo.multiply"(%249, %243) : (tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xf32>
    %251 = "stablehlo.broadcast_in_dim"(%160) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x7xf32>
    %252 = "stablehlo.divide"(%250, %251) : (tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xf32>
    %253 = "stablehlo.sine"(%252) : (tensor<6x7xf32>) -> tensor<6x7xf32>
    %254 = "stablehlo.multiply"(%248, %253) : (tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xf32>
    %255 = "stablehlo.broadcast_in_dim"(%159) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x7xf32>
    %256 = "stablehlo.compare"(%243, %255) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xi1>
    %257 = "stablehlo.broadcast_in_dim"(%163) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x7xf32>
    %258 = "stablehlo.compare"(%243, %257) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xi1>
    %259 = "stablehlo.multiply"(%243, %243) : (tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xf32>
    %260 = "stablehlo.broadcast_in_dim"(%158) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x7xf32>
    %261 = "stablehlo.multiply"(%260, %259) : (tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xf32>
    %262 = "func.call"(%258, %261, %157) <{callee = @_where_18}> : (tensor<6x7xi1>, tensor<6x7xf32>, tensor<i32>) -> tensor<6x7xf32>
    %263 = "stablehlo.divide"(%254, %262) : (tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xf32>
    %264 = "func.call"(%256, %263, %157) <{callee = @_where_18}> : (tensor<6x7xi1>, tensor<6x7xf32>, tensor<i32>) -> tensor<6x7xf32>
    %265 = "stablehlo.broadcast_in_dim"(%160) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x7xf32>
    %266 = "stablehlo.compare"(%243, %265) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xi1>
    %267 = "func.call"(%266, %163, %264) <{callee = @_where_19}> : (tensor<6x7xi1>, tensor<f32>, tensor<6x7xf32>) -> tensor<6x7xf32>
    %268 = "stablehlo.reduce"(%267, %163) <{dimensions = array<i64: 0>}> ({
    ^bb0(%arg37: tensor<f32>, %arg38: tensor<f32>):
      %289 = "stablehlo.add"(%arg37, %arg38) : (tensor<f32>, tensor<f32>) -> tensor<f32>
      "stablehlo.return"(%289) : (tensor<f32>) -> ()
    }) : (tensor<6x7xf32>, tensor<f32>) -> tensor<7xf32>
    %269 = "stablehlo.broadcast_in_dim"(%268) <{broadcast_dimensions = array<i64: 1>}> : (tensor<7xf32>) -> tensor<1x7xf32>
    %270 = "stablehlo.abs"(%269) : (tensor<1x7xf32>) -> tensor<1x7xf32>
    %271 = "stablehlo.broadcast_in_dim"(%156) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x7xf32>
    %272 = "stablehlo.compare"(%270, %271) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GT>}> : (tensor<1x7xf32>, tensor<1x7xf32>) -> tensor<1x7xi1>
    %273 = "stablehlo.broadcast_in_dim"(%163) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x7xf32>
    %274 = "stablehlo.compare"(%269, %273) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction NE>}> : (tensor<1x7xf32>, tensor<1x7xf32>) -> tensor<1x7xi1>
    %275 = "func.call"(%274, %269, %157) <{callee = @_where_16}> : (tensor<1x7xi1>, tensor<1x7xf32>, tensor<i32>) -> tensor<1x7xf32>
    %276 = "stablehlo.broadcast_in_dim"(%275) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x7xf32>) -> tensor<6x7xf32>
    %277 = "stablehlo.divide"(%267, %276) : (tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xf32>
    %278 = "func.call"(%272, %277, %155) <{callee = @_where_20}> : (tensor<1x7xi1>, tensor<6x7xf32>, tensor<i32>) -> tensor<6x7xf32>
    %279 = "stablehlo.broadcast_in_dim"(%154) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<7xf32>
    %280 = "stablehlo.compare"(%234, %279) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<7xf32>, tensor<7xf32>) -> tensor<7xi1>
    %281 = "stablehlo.broadcast_in_dim"(%151) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<7xf32>
    %282 = "stablehlo.compare"(%234, %281) <{compare_type = #stablehlo<comparison_type FLOAT>, comparison_direction = #stablehlo<comparison_direction LE>}> : (tensor<7xf32>, tensor<7xf32>) -> tensor<7xi1>
    %283 = "stablehlo.and"(%280, %282) : (tensor<7xi1>, tensor<7xi1>) -> tensor<7xi1>
    %284 = "stablehlo.broadcast_in_dim"(%283) <{broadcast_dimensions = array<i64: 1>}> : (tensor<7xi1>) -> tensor<1x7xi1>
    %285 = "func.call"(%284, %278, %155) <{callee = @_where_20}> : (tensor<1x7xi1>, tensor<6x7xf32>, tensor<i32>) -> tensor<6x7xf32>
    %286 = "stablehlo.dot_general"(%285, %arg36) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [0], rhs_contracting_dimensions = [2]>, precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]}> : (tensor<6x7xf32>, tensor<2x5x6x3xf32>) -> tensor<7x2x5x3xf32>
    %287 = "stablehlo.dot_general"(%286, %225) <{dot_dimension_numbers = #stablehlo.dot<lhs_contracting_dimensions = [2], rhs_contracting_dimensions = [0]>, precision_config = [#stablehlo<precision HIGHEST>, #stablehlo<precision HIGHEST>]}> : (tensor<7x2x5x3xf32>, tensor<5x7xf32>) -> tensor<7x2x3x7xf32>
    %288 = "stablehlo.transpose"(%287) <{permutation = array<i64: 1, 3, 0, 2>}> : (tensor<7x2x3x7xf32>) -> tensor<2x7x7x3xf32>
    "func.return"(%288) : (tensor<2x7x7x3xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<5x7xi1>, tensor<5x7xf32>, tensor<i32>) -> tensor<5x7xf32>, sym_name = "_where_14", sym_visibility = "private"}> ({
  ^bb0(%arg33: tensor<5x7xi1>, %arg34: tensor<5x7xf32>, %arg35: tensor<i32>):
    %148 = "stablehlo.convert"(%arg35) : (tensor<i32>) -> tensor<f32>
    %149 = "stablehlo.broadcast_in_dim"(%148) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x7xf32>
    %150 = "stablehlo.select"(%arg33, %arg34, %149) : (tensor<5x7xi1>, tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xf32>
    "func.return"(%150) : (tensor<5x7xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<5x7xi1>, tensor<f32>, tensor<5x7xf32>) -> tensor<5x7xf32>, sym_name = "_where_15", sym_visibility = "private"}> ({
  ^bb0(%arg30: tensor<5x7xi1>, %arg31: tensor<f32>, %arg32: tensor<5x7xf32>):
    %145 = "stablehlo.convert"(%arg31) : (tensor<f32>) -> tensor<f32>
    %146 = "stablehlo.broadcast_in_dim"(%145) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x7xf32>
    %147 = "stablehlo.select"(%arg30, %146, %arg32) : (tensor<5x7xi1>, tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xf32>
    "func.return"(%147) : (tensor<5x7xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<1x7xi1>, tensor<1x7xf32>, tensor<i32>) -> tensor<1x7xf32>, sym_name = "_where_16", sym_visibility = "private"}> ({
  ^bb0(%arg27: tensor<1x7xi1>, %arg28: tensor<1x7xf32>, %arg29: tensor<i32>):
    %142 = "stablehlo.convert"(%arg29) : (tensor<i32>) -> tensor<f32>
    %143 = "stablehlo.broadcast_in_dim"(%142) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x7xf32>
    %144 = "stablehlo.select"(%arg27, %arg28, %143) : (tensor<1x7xi1>, tensor<1x7xf32>, tensor<1x7xf32>) -> tensor<1x7xf32>
    "func.return"(%144) : (tensor<1x7xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<1x7xi1>, tensor<5x7xf32>, tensor<i32>) -> tensor<5x7xf32>, sym_name = "_where_17", sym_visibility = "private"}> ({
  ^bb0(%arg24: tensor<1x7xi1>, %arg25: tensor<5x7xf32>, %arg26: tensor<i32>):
    %138 = "stablehlo.convert"(%arg26) : (tensor<i32>) -> tensor<f32>
    %139 = "stablehlo.broadcast_in_dim"(%arg24) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x7xi1>) -> tensor<5x7xi1>
    %140 = "stablehlo.broadcast_in_dim"(%138) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x7xf32>
    %141 = "stablehlo.select"(%139, %arg25, %140) : (tensor<5x7xi1>, tensor<5x7xf32>, tensor<5x7xf32>) -> tensor<5x7xf32>
    "func.return"(%141) : (tensor<5x7xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<6x7xi1>, tensor<6x7xf32>, tensor<i32>) -> tensor<6x7xf32>, sym_name = "_where_18", sym_visibility = "private"}> ({
  ^bb0(%arg21: tensor<6x7xi1>, %arg22: tensor<6x7xf32>, %arg23: tensor<i32>):
    %135 = "stablehlo.convert"(%arg23) : (tensor<i32>) -> tensor<f32>
    %136 = "stablehlo.broadcast_in_dim"(%135) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x7xf32>
    %137 = "stablehlo.select"(%arg21, %arg22, %136) : (tensor<6x7xi1>, tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xf32>
    "func.return"(%137) : (tensor<6x7xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<6x7xi1>, tensor<f32>, tensor<6x7xf32>) -> tensor<6x7xf32>, sym_name = "_where_19", sym_visibility = "private"}> ({
  ^bb0(%arg18: tensor<6x7xi1>, %arg19: tensor<f32>, %arg20: tensor<6x7xf32>):
    %132 = "stablehlo.convert"(%arg19) : (tensor<f32>) -> tensor<f32>
    %133 = "stablehlo.broadcast_in_dim"(%132) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x7xf32>
    %134 = "stablehlo.select"(%arg18, %133, %arg20) : (tensor<6x7xi1>, tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xf32>
    "func.return"(%134) : (tensor<6x7xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<1x7xi1>, tensor<6x7xf32>, tensor<i32>) -> tensor<6x7xf32>, sym_name = "_where_20", sym_visibility = "private"}> ({
  ^bb0(%arg15: tensor<1x7xi1>, %arg16: tensor<6x7xf32>, %arg17: tensor<i32>):
    %128 = "stablehlo.convert"(%arg17) : (tensor<i32>) -> tensor<f32>
    %129 = "stablehlo.broadcast_in_dim"(%arg15) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x7xi1>) -> tensor<6x7xi1>
    %130 = "stablehlo.broadcast_in_dim"(%128) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x7xf32>
    %131 = "stablehlo.select"(%129, %arg16, %130) : (tensor<6x7xi1>, tensor<6x7xf32>, tensor<6x7xf32>) -> tensor<6x7xf32>
    "func.return"(%131) : (tensor<6x7xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<1x6xi1>, tensor<1x6xf32>, tensor<i32>) -> tensor<1x6xf32>, sym_name = "_where_21", sym_visibility = "private"}> ({
  ^bb0(%arg12: tensor<1x6xi1>, %arg13: tensor<1x6xf32>, %arg14: tensor<i32>):
    %125 = "stablehlo.convert"(%arg14) : (tensor<i32>) -> tensor<f32>
    %126 = "stablehlo.broadcast_in_dim"(%125) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<1x6xf32>
    %127 = "stablehlo.select"(%arg12, %arg13, %126) : (tensor<1x6xi1>, tensor<1x6xf32>, tensor<1x6xf32>) -> tensor<1x6xf32>
    "func.return"(%127) : (tensor<1x6xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<1x6xi1>, tensor<5x6xf32>, tensor<i32>) -> tensor<5x6xf32>, sym_name = "_where_22", sym_visibility = "private"}> ({
  ^bb0(%arg9: tensor<1x6xi1>, %arg10: tensor<5x6xf32>, %arg11: tensor<i32>):
    %121 = "stablehlo.convert"(%arg11) : (tensor<i32>) -> tensor<f32>
    %122 = "stablehlo.broadcast_in_dim"(%arg9) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x6xi1>) -> tensor<5x6xi1>
    %123 = "stablehlo.broadcast_in_dim"(%121) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<5x6xf32>
    %124 = "stablehlo.select"(%122, %arg10, %123) : (tensor<5x6xi1>, tensor<5x6xf32>, tensor<5x6xf32>) -> tensor<5x6xf32>
    "func.return"(%124) : (tensor<5x6xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<1x6xi1>, tensor<6x6xf32>, tensor<i32>) -> tensor<6x6xf32>, sym_name = "_where_23", sym_visibility = "private"}> ({
  ^bb0(%arg6: tensor<1x6xi1>, %arg7: tensor<6x6xf32>, %arg8: tensor<i32>):
    %117 = "stablehlo.convert"(%arg8) : (tensor<i32>) -> tensor<f32>
    %118 = "stablehlo.broadcast_in_dim"(%arg6) <{broadcast_dimensions = array<i64: 0, 1>}> : (tensor<1x6xi1>) -> tensor<6x6xi1>
    %119 = "stablehlo.broadcast_in_dim"(%117) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<6x6xf32>
    %120 = "stablehlo.select"(%118, %arg7, %119) : (tensor<6x6xi1>, tensor<6x6xf32>, tensor<6x6xf32>) -> tensor<6x6xf32>
    "func.return"(%120) : (tensor<6x6xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<5x6xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>, sym_name = "_map_coordinates", sym_visibility = "private"}> ({
  ^bb0(%arg3: tensor<5x6xf32>, %arg4: tensor<2xf32>, %arg5: tensor<2xf32>):
    %2 = "stablehlo.constant"() <{value = dense<0.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %3 = "stablehlo.constant"() <{value = dense<6> : tensor<i32>}> : () -> tensor<i32>
    %4 = "stablehlo.constant"() <{value = dense<5> : tensor<i32>}> : () -> tensor<i32>
    %5 = "stablehlo.constant"() <{value = dense<0> : tensor<i32>}> : () -> tensor<i32>
    %6 = "stablehlo.constant"() <{value = dense<1> : tensor<i32>}> : () -> tensor<i32>
    %7 = "stablehlo.constant"() <{value = dense<1.000000e+00> : tensor<f32>}> : () -> tensor<f32>
    %8 = "stablehlo.floor"(%arg4) : (tensor<2xf32>) -> tensor<2xf32>
    %9 = "stablehlo.subtract"(%arg4, %8) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %10 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<2xf32>
    %11 = "stablehlo.subtract"(%10, %9) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %12 = "stablehlo.convert"(%8) : (tensor<2xf32>) -> tensor<2xi32>
    %13 = "stablehlo.broadcast_in_dim"(%6) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %14 = "stablehlo.add"(%12, %13) : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %15 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %16 = "stablehlo.compare"(%12, %15) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %17 = "stablehlo.broadcast_in_dim"(%4) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %18 = "stablehlo.compare"(%12, %17) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %19 = "stablehlo.and"(%16, %18) : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
    %20 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %21 = "stablehlo.compare"(%14, %20) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %22 = "stablehlo.broadcast_in_dim"(%4) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %23 = "stablehlo.compare"(%14, %22) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %24 = "stablehlo.and"(%21, %23) : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
    %25 = "stablehlo.floor"(%arg5) : (tensor<2xf32>) -> tensor<2xf32>
    %26 = "stablehlo.subtract"(%arg5, %25) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %27 = "stablehlo.broadcast_in_dim"(%7) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<2xf32>
    %28 = "stablehlo.subtract"(%27, %26) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %29 = "stablehlo.convert"(%25) : (tensor<2xf32>) -> tensor<2xi32>
    %30 = "stablehlo.broadcast_in_dim"(%6) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %31 = "stablehlo.add"(%29, %30) : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %32 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %33 = "stablehlo.compare"(%29, %32) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %34 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %35 = "stablehlo.compare"(%29, %34) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %36 = "stablehlo.and"(%33, %35) : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
    %37 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %38 = "stablehlo.compare"(%31, %37) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction GE>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %39 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %40 = "stablehlo.compare"(%31, %39) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %41 = "stablehlo.and"(%38, %40) : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
    %42 = "stablehlo.and"(%19, %36) : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
    %43 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %44 = "stablehlo.compare"(%12, %43) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %45 = "stablehlo.broadcast_in_dim"(%4) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %46 = "stablehlo.add"(%12, %45) : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %47 = "stablehlo.select"(%44, %46, %12) : (tensor<2xi1>, tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %48 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %49 = "stablehlo.compare"(%29, %48) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %50 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %51 = "stablehlo.add"(%29, %50) : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %52 = "stablehlo.select"(%49, %51, %29) : (tensor<2xi1>, tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %53 = "stablehlo.broadcast_in_dim"(%47) <{broadcast_dimensions = array<i64: 0>}> : (tensor<2xi32>) -> tensor<2x1xi32>
    %54 = "stablehlo.broadcast_in_dim"(%52) <{broadcast_dimensions = array<i64: 0>}> : (tensor<2xi32>) -> tensor<2x1xi32>
    %55 = "stablehlo.concatenate"(%53, %54) <{dimension = 1 : i64}> : (tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x2xi32>
    %56 = "stablehlo.gather"(%arg3, %55) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1>}> : (tensor<5x6xf32>, tensor<2x2xi32>) -> tensor<2xf32>
    %57 = "func.call"(%42, %56, %2) <{callee = @_where_24}> : (tensor<2xi1>, tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
    %58 = "stablehlo.multiply"(%11, %28) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %59 = "stablehlo.multiply"(%58, %57) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %60 = "stablehlo.and"(%19, %41) : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
    %61 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %62 = "stablehlo.compare"(%12, %61) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %63 = "stablehlo.broadcast_in_dim"(%4) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %64 = "stablehlo.add"(%12, %63) : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %65 = "stablehlo.select"(%62, %64, %12) : (tensor<2xi1>, tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %66 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %67 = "stablehlo.compare"(%31, %66) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %68 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %69 = "stablehlo.add"(%31, %68) : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %70 = "stablehlo.select"(%67, %69, %31) : (tensor<2xi1>, tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %71 = "stablehlo.broadcast_in_dim"(%65) <{broadcast_dimensions = array<i64: 0>}> : (tensor<2xi32>) -> tensor<2x1xi32>
    %72 = "stablehlo.broadcast_in_dim"(%70) <{broadcast_dimensions = array<i64: 0>}> : (tensor<2xi32>) -> tensor<2x1xi32>
    %73 = "stablehlo.concatenate"(%71, %72) <{dimension = 1 : i64}> : (tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x2xi32>
    %74 = "stablehlo.gather"(%arg3, %73) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1>}> : (tensor<5x6xf32>, tensor<2x2xi32>) -> tensor<2xf32>
    %75 = "func.call"(%60, %74, %2) <{callee = @_where_24}> : (tensor<2xi1>, tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
    %76 = "stablehlo.multiply"(%11, %26) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %77 = "stablehlo.multiply"(%76, %75) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %78 = "stablehlo.and"(%24, %36) : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
    %79 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %80 = "stablehlo.compare"(%14, %79) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %81 = "stablehlo.broadcast_in_dim"(%4) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %82 = "stablehlo.add"(%14, %81) : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %83 = "stablehlo.select"(%80, %82, %14) : (tensor<2xi1>, tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %84 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %85 = "stablehlo.compare"(%29, %84) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %86 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %87 = "stablehlo.add"(%29, %86) : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %88 = "stablehlo.select"(%85, %87, %29) : (tensor<2xi1>, tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %89 = "stablehlo.broadcast_in_dim"(%83) <{broadcast_dimensions = array<i64: 0>}> : (tensor<2xi32>) -> tensor<2x1xi32>
    %90 = "stablehlo.broadcast_in_dim"(%88) <{broadcast_dimensions = array<i64: 0>}> : (tensor<2xi32>) -> tensor<2x1xi32>
    %91 = "stablehlo.concatenate"(%89, %90) <{dimension = 1 : i64}> : (tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x2xi32>
    %92 = "stablehlo.gather"(%arg3, %91) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1>}> : (tensor<5x6xf32>, tensor<2x2xi32>) -> tensor<2xf32>
    %93 = "func.call"(%78, %92, %2) <{callee = @_where_24}> : (tensor<2xi1>, tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
    %94 = "stablehlo.multiply"(%9, %28) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %95 = "stablehlo.multiply"(%94, %93) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %96 = "stablehlo.and"(%24, %41) : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
    %97 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %98 = "stablehlo.compare"(%14, %97) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %99 = "stablehlo.broadcast_in_dim"(%4) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %100 = "stablehlo.add"(%14, %99) : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %101 = "stablehlo.select"(%98, %100, %14) : (tensor<2xi1>, tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %102 = "stablehlo.broadcast_in_dim"(%5) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %103 = "stablehlo.compare"(%31, %102) <{compare_type = #stablehlo<comparison_type SIGNED>, comparison_direction = #stablehlo<comparison_direction LT>}> : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi1>
    %104 = "stablehlo.broadcast_in_dim"(%3) <{broadcast_dimensions = array<i64>}> : (tensor<i32>) -> tensor<2xi32>
    %105 = "stablehlo.add"(%31, %104) : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %106 = "stablehlo.select"(%103, %105, %31) : (tensor<2xi1>, tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
    %107 = "stablehlo.broadcast_in_dim"(%101) <{broadcast_dimensions = array<i64: 0>}> : (tensor<2xi32>) -> tensor<2x1xi32>
    %108 = "stablehlo.broadcast_in_dim"(%106) <{broadcast_dimensions = array<i64: 0>}> : (tensor<2xi32>) -> tensor<2x1xi32>
    %109 = "stablehlo.concatenate"(%107, %108) <{dimension = 1 : i64}> : (tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x2xi32>
    %110 = "stablehlo.gather"(%arg3, %109) <{dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [0, 1], start_index_map = [0, 1], index_vector_dim = 1>, slice_sizes = array<i64: 1, 1>}> : (tensor<5x6xf32>, tensor<2x2xi32>) -> tensor<2xf32>
    %111 = "func.call"(%96, %110, %2) <{callee = @_where_24}> : (tensor<2xi1>, tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
    %112 = "stablehlo.multiply"(%9, %26) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %113 = "stablehlo.multiply"(%112, %111) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %114 = "stablehlo.add"(%59, %77) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %115 = "stablehlo.add"(%114, %95) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    %116 = "stablehlo.add"(%115, %113) : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    "func.return"(%116) : (tensor<2xf32>) -> ()
  }) : () -> ()
  "func.func"() <{function_type = (tensor<2xi1>, tensor<2xf32>, tensor<f32>) -> tensor<2xf32>, sym_name = "_where_24", sym_visibility = "private"}> ({
  ^bb0(%arg0: tensor<2xi1>, %arg1: tensor<2xf32>, %arg2: tensor<f32>):
    %0 = "stablehlo.broadcast_in_dim"(%arg2) <{broadcast_dimensions = array<i64>}> : (tensor<f32>) -> tensor<2xf32>
    %1 = "stablehlo.select"(%arg0, %arg1, %0) : (tensor<2xi1>, tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    "func.return"(%1) : (tensor<2xf32>) -> ()
  }) : () -> ()
}) {jax.uses_shape_polymorphism = false, mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} : () -> ()
